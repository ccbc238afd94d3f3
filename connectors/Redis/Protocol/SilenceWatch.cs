namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>
/// Notices a server that says nothing any more. It looks only after somebody has given up waiting, so that a connection on
/// which nothing happens costs nothing.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="limit">Longest silence.</param>
/// <param name="received">How many bytes have come so far.</param>
/// <param name="onSilence">Called once the limit has passed without a byte.</param>
internal sealed class SilenceWatch(TimeProvider time, TimeSpan limit, Func<long> received, Action onSilence)
    : IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private long _seen;
    private bool _isRunning;
    private bool _isDisposed;

    /// <summary>Begins to look, if it is not looking already.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            if (_isRunning || _isDisposed)
            {
                return;
            }

            _isRunning = true;
            _seen = received();
            _timer ??= time.CreateTimer(
                static state => ((SilenceWatch)state!).Look(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
            _timer.Change(limit, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            _isRunning = false;
            if (_isDisposed || received() != _seen)
            {
                return;
            }
        }

        onSilence();
    }
}
