using System.Collections.ObjectModel;

namespace Yyc3.Connectors.Sdk.Messaging;

/// <summary>A message to send.</summary>
/// <param name="Body">The content, at most 1 MiB unless the provider takes less.</param>
public sealed record OutgoingMessage(ReadOnlyMemory<byte> Body)
{
    /// <summary>Media type of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Messages with the same key go to the same partition and stay in order; null for any partition.</summary>
    public string? Key { get; init; }

    /// <summary>The partition to use; wins over the key. Null lets the key, or the provider, decide.</summary>
    public int? Partition { get; init; }

    /// <summary>Names and values that travel with the message.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>
    /// A repeat with the same value within the provider's window gives the first receipt instead of a second message, where
    /// the provider can; null for none.
    /// </summary>
    public string? DeduplicationKey { get; init; }
}
