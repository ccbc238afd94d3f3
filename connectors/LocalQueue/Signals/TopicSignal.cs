namespace Yyc3.Connectors.LocalQueue.Signals;

/// <summary>Wakes the receivers that wait for one topic. Thread-safe.</summary>
internal sealed class TopicSignal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private TaskCompletionSource _next = NewSource();
    private DateTimeOffset _planned = DateTimeOffset.MaxValue;

    public TopicSignal(string topic, TimeProvider time)
    {
        Topic = topic;
        _time = time;
        _timer = time.CreateTimer(
            static signal => ((TopicSignal)signal!).Wake(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public string Topic { get; }

    /// <summary>Receivers that wait; guarded by the owner.</summary>
    public int Waiting { get; set; }

    /// <summary>Completed by the first wake from now on.</summary>
    public TaskCompletionSource Next
    {
        get
        {
            lock (_gate)
            {
                return _next;
            }
        }
    }

    public void Wake()
    {
        TaskCompletionSource woken;
        lock (_gate)
        {
            woken = _next;
            _next = NewSource();
            _planned = DateTimeOffset.MaxValue;
        }

        woken.TrySetResult();
    }

    public void WakeAt(DateTimeOffset due)
    {
        lock (_gate)
        {
            if (due >= _planned)
            {
                return;
            }

            var delay = due - _time.GetUtcNow();
            if (delay > TimeSpan.Zero)
            {
                _planned = due;
                _timer.Change(delay, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Wake();
    }

    public void Dispose() => _timer.Dispose();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
