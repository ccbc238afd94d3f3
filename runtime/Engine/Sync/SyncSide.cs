namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>The two ends of a sync; the numbers are stored.</summary>
internal enum SyncSide
{
    /// <summary>The integration that is synced.</summary>
    Remote = 0,

    /// <summary>The runtime's own records, or the other integration.</summary>
    Target = 1,
}
