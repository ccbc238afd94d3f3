namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>Where records go; the numbers are stored.</summary>
internal enum SyncDirection
{
    /// <summary>From the remote side to the target.</summary>
    Pull = 1,

    /// <summary>From the target to the remote side.</summary>
    Push = 2,

    /// <summary>Both ways.</summary>
    Bidirectional = 3,
}
