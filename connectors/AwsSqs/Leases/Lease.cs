using Yyc3.Connectors.AwsSqs.Messages;

namespace Yyc3.Connectors.AwsSqs.Leases;

/// <summary>What this instance remembers of a delivery.</summary>
/// <param name="Until">When it ends; later than the receipt says when it was extended.</param>
internal sealed record Lease(DateTimeOffset Until)
{
    /// <summary>Whether it was settled here, so that its receipt counts no longer.</summary>
    public bool IsSettled { get; init; }

    /// <summary>Whether it is among the dead letters already, and only to be deleted.</summary>
    public bool IsCopied { get; init; }

    /// <summary>The service's handle, when the receipt has no room for it.</summary>
    public string? Handle { get; init; }

    /// <summary>The service's id of the message.</summary>
    public string? MessageId { get; init; }

    /// <summary>The message, to copy it to the dead letters; null when memory was short.</summary>
    public WireMessage? Message { get; init; }
}
