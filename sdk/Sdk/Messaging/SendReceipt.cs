namespace Yyc3.Connectors.Sdk.Messaging;

/// <summary>Proof that a message is durable.</summary>
/// <param name="MessageId">Id of the message, unique within the provider.</param>
/// <param name="Timestamp">When the provider took it, UTC.</param>
public sealed record SendReceipt(string MessageId, DateTimeOffset Timestamp)
{
    /// <summary>Partition it went to; null when the provider has none.</summary>
    public int? Partition { get; init; }

    /// <summary>Its place in the partition, growing; null when the provider tells none.</summary>
    public long? Offset { get; init; }
}
