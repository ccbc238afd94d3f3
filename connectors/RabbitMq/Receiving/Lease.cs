using RabbitMQ.Client;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>A message that is with a caller, or held back after it was given back.</summary>
internal sealed class Lease
{
    /// <summary>What a lease costs beside the body.</summary>
    private const int Overhead = 1024;

    private const long HeaderOverhead = 200;

    public required long Number { get; init; }

    public required ReceiveChannel Channel { get; init; }

    public required Fetch Fetch { get; init; }

    public required ulong Tag { get; init; }

    /// <summary>When the broker handed it over.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>Kept for the dead letters; null once it is held back.</summary>
    public Delivery? Delivery { get; set; }

    public IReadOnlyBasicProperties? Properties { get; set; }

    /// <summary>When the broker gets it back. Guarded by the lease itself, as is the timer.</summary>
    public DateTimeOffset Until { get; set; }

    public ITimer? Timer { get; set; }

    public long Size => (Delivery is { } delivery ? delivery.Body.Length + SizeOf(delivery.Headers) : 0) + Overhead;

    /// <summary>Headers are kept twice: as texts, and as they came.</summary>
    private static long SizeOf(IReadOnlyDictionary<string, string> headers)
    {
        var characters = 0L;
        foreach (var (name, value) in headers)
        {
            characters += name.Length + value.Length;
        }

        return characters * (sizeof(char) + sizeof(char)) + (headers.Count * HeaderOverhead);
    }
}
