namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>What to read of an object.</summary>
public sealed record ReadOptions
{
    /// <summary>The newest version, whole.</summary>
    public static ReadOptions Default { get; } = new();

    /// <summary>Which version; null for the newest.</summary>
    public string? VersionId { get; init; }

    /// <summary>Which part; null for all.</summary>
    public ByteRange? Range { get; init; }
}
