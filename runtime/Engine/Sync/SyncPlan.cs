using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>What a run is to do.</summary>
internal sealed record SyncPlan
{
    public required SyncDirection Direction { get; init; }

    /// <summary>Names of the resources; empty for all that the sides have.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Records that changed before this stay as they are; what changed at that moment is moved.</summary>
    public DateTimeOffset? ModifiedSince { get; init; }

    /// <summary>Looks at every record instead of the changes since the last run.</summary>
    public bool IsFull { get; init; }

    /// <summary>Most records of a page.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Most writes at a time for records with content.</summary>
    public int Parallelism { get; init; } = 5;

    /// <summary>Longest time of one call to a side.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public ConflictPolicy Conflicts { get; init; } = ConflictPolicy.NewestWins;

    public UnknownFields UnknownFields { get; init; } = UnknownFields.Add;

    /// <summary>After this many failed records the run ends.</summary>
    public int MaxErrors { get; init; } = 1000;

    /// <summary>Ids of the records to look at, of the one resource named; empty for all of them.</summary>
    public IReadOnlyList<string> RecordIds { get; init; } = [];

    /// <summary>Runs that find more of a resource's records gone end without deleting any.</summary>
    public int MaxDeletePercent { get; init; } = 50;

    /// <summary>How records become those of the target, as JSON; null for as they are.</summary>
    public string? Mapping { get; init; }

    /// <summary>It only puts decisions about conflicts into effect.</summary>
    public bool IsDecisions { get; init; }

    /// <summary>The integration on the other side; null for the runtime's own records.</summary>
    public string? TargetId { get; init; }

    /// <summary>Names the pair of sides in the tables of state.</summary>
    public string Target => TargetId ?? "";

    public bool IsTwoWay => Direction == SyncDirection.Bidirectional;
}
