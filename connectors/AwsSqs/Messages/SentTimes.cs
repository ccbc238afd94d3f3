namespace Yyc3.Connectors.AwsSqs.Messages;

/// <summary>
/// When messages with a deduplication key were sent: the service answers a repeat with the first message's id, but not with its
/// time. Bounded; what another instance sent is not known. Thread-safe.
/// </summary>
internal sealed class SentTimes(TimeProvider time)
{
    private const int MostMessages = 10_000;

    /// <summary>How long the service recognises repeats.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _times = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>When a message was sent first.</summary>
    /// <param name="messageId">The service's id.</param>
    public DateTimeOffset FirstOf(string messageId)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            while (_order.TryPeek(out var oldest) && (_order.Count >= MostMessages || _times[oldest] + Window <= now))
            {
                _times.Remove(_order.Dequeue());
            }

            if (_times.TryAdd(messageId, now))
            {
                _order.Enqueue(messageId);
            }

            return _times[messageId];
        }
    }
}
