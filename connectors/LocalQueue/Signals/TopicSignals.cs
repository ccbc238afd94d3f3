namespace Yyc3.Connectors.LocalQueue.Signals;

/// <summary>
/// Who waits for which topic of a file; shared by the instances that have the file open in this load context. Thread-safe.
/// </summary>
internal sealed class TopicSignals
{
    private static readonly Lock Registry = new();
    private static readonly Dictionary<string, TopicSignals> ByPath = new(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TopicSignal> _topics = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly TimeProvider _time;
    private int _users;

    private TopicSignals(string path, TimeProvider time) => (_path, _time) = (path, time);

    public static TopicSignals Open(string path, TimeProvider time)
    {
        lock (Registry)
        {
            if (!ByPath.TryGetValue(path, out var signals))
            {
                ByPath[path] = signals = new TopicSignals(path, time);
            }

            signals._users++;
            return signals;
        }
    }

    public void Close()
    {
        lock (Registry)
        {
            if (--_users == 0)
            {
                ByPath.Remove(_path);
            }
        }
    }

    public TopicSignal Enter(string topic)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(topic, out var signal))
            {
                _topics[topic] = signal = new TopicSignal(topic, _time);
            }

            signal.Waiting++;
            return signal;
        }
    }

    public void Leave(TopicSignal signal)
    {
        lock (_gate)
        {
            if (--signal.Waiting > 0)
            {
                return;
            }

            _topics.Remove(signal.Topic);
        }

        signal.Dispose();
    }

    /// <summary>Wakes the waiting receivers of topics, at once (zero) or at a time in Unix milliseconds.</summary>
    public void Wake(Dictionary<string, long> topics)
    {
        foreach (var (topic, due) in topics)
        {
            TopicSignal? signal;
            lock (_gate)
            {
                signal = _topics.GetValueOrDefault(topic);
            }

            signal?.WakeAt(DateTimeOffset.FromUnixTimeMilliseconds(due));
        }
    }
}
