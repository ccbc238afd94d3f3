namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>Where a run stands; the numbers are stored. What is above <see cref="InProgress"/> is an end and never changes.</summary>
internal enum SyncStatus
{
    /// <summary>It waits for another run of the integration.</summary>
    Pending = 1,

    InProgress = 2,

    /// <summary>Every record was moved.</summary>
    Completed = 3,

    /// <summary>Some were moved, some could not be.</summary>
    Partial = 4,

    /// <summary>It could not go on, and nothing was moved.</summary>
    Failed = 5,

    Cancelled = 6,
}
