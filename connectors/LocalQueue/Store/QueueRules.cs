namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>How a queue file behaves.</summary>
internal sealed record QueueRules
{
    /// <summary>Partitions of a topic made from now on.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>Deliveries to a group after which a message goes to the dead letters.</summary>
    public int MaxDeliveries { get; init; } = 10;

    /// <summary>Age at which a message is deleted.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a deduplication key is remembered.</summary>
    public TimeSpan DeduplicationWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Most pages of the file; null for no limit.</summary>
    public long? MaxPages { get; init; }
}
