namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>Work that must happen.</summary>
internal sealed class WorkDraft
{
    public required string Queue { get; init; }

    public required string TenantId { get; init; }

    /// <summary>What must not be flooded or overrun: an integration, an endpoint. Lanes of one tenant are served in turn.</summary>
    public required string Lane { get; init; }

    /// <summary>What a worker needs to know, as JSON.</summary>
    public required string Body { get; init; }

    /// <summary>Work of the queue that has the same is the same work; null for work that may come twice.</summary>
    public string? Dedupe { get; init; }

    /// <summary>It comes behind what its lane holds, even if that was added at the same moment. The caller keeps others out meanwhile.</summary>
    public bool IsLast { get; init; }

    /// <summary>How long it waits at least.</summary>
    public TimeSpan Delay { get; init; }
}
