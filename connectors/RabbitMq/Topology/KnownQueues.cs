namespace Yyc3.Connectors.RabbitMq.Topology;

/// <summary>Queues that are known to exist, or are being made. Thread-safe.</summary>
internal sealed class KnownQueues
{
    private const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task> _queues = new(StringComparer.Ordinal);

    /// <summary>Makes a queue known; callers that come at the same time share the work, and a failure is not kept.</summary>
    public Task EnsureAsync(string queue, Func<string, Task> make)
    {
        lock (_gate)
        {
            if (_queues.TryGetValue(queue, out var known) && !known.IsFaulted && !known.IsCanceled)
            {
                return known;
            }

            if (_queues.Count >= Most)
            {
                _queues.Clear();
            }

            return _queues[queue] = Task.Run(() => make(queue));
        }
    }

    /// <summary>Looks again next time.</summary>
    public void Forget(string queue)
    {
        lock (_gate)
        {
            _queues.Remove(queue);
        }
    }
}
