using System.Collections.ObjectModel;

namespace Yyc3.Connectors.Sdk.Messaging;

/// <summary>One leased message.</summary>
public sealed record Delivery
{
    /// <summary>Id the sender was given.</summary>
    public required string MessageId { get; init; }

    /// <summary>Topic or queue it came from.</summary>
    public required string Topic { get; init; }

    /// <summary>Names this delivery for acknowledging; opaque, at most 512 characters, valid until the lease ends.</summary>
    public required string Receipt { get; init; }

    /// <summary>The content.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public required string ContentType { get; init; }

    /// <summary>When the provider took the message, UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>How many times it has been delivered to the group, this one included.</summary>
    public required int DeliveryCount { get; init; }

    /// <summary>When the lease ends, UTC.</summary>
    public required DateTimeOffset LeasedUntil { get; init; }

    /// <summary>The sender's key; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Partition; null when the provider has none.</summary>
    public int? Partition { get; init; }

    /// <summary>Place in the partition; null when the provider tells none.</summary>
    public long? Offset { get; init; }

    /// <summary>Names and values that travelled with the message.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
