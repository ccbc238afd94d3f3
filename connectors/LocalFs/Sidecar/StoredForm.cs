namespace Yyc3.Connectors.LocalFs.Sidecar;

/// <summary>How the bytes in a file relate to the bytes a reader gets.</summary>
internal enum StoredForm
{
    /// <summary>They are the same.</summary>
    Plain = 0,

    /// <summary>Compressed, encrypted or both, behind a header.</summary>
    Packed = 1,

    /// <summary>Once packed, but the file is no longer the one that was stored.</summary>
    Damaged = 2,
}
