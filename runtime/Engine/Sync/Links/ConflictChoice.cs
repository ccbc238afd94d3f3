namespace Yyc3.Connectors.Runtime.Sync.Links;

/// <summary>Which version of a record counts; the numbers are stored.</summary>
internal enum ConflictChoice
{
    /// <summary>The target's.</summary>
    Local = 1,

    /// <summary>The integration's.</summary>
    Remote = 2,

    /// <summary>Fields that came with the decision.</summary>
    Merged = 3,
}
