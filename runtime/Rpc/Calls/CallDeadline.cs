namespace Yyc3.Connectors.Rpc.Calls;

/// <summary>Cancels a token at the deadline or when the client leaves, and remembers which it was.</summary>
internal sealed class CallDeadline : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _clientLeft;
    private readonly ITimer? _timer;
    private volatile bool _hasPassed;

    public CallDeadline(TimeSpan timeout, TimeProvider clock, CancellationToken requestAborted)
    {
        var now = clock.GetUtcNow();
        At = timeout < DateTimeOffset.MaxValue - now ? now + timeout : DateTimeOffset.MaxValue;
        _clientLeft = requestAborted.UnsafeRegister(static state => Cancel((CancellationTokenSource)state!), _source);
        if (timeout <= TimeSpan.Zero)
        {
            Pass();
        }
        else if (timeout < Longest)
        {
            _timer = clock.CreateTimer(
                static state => ((CallDeadline)state!).Pass(),
                this,
                timeout,
                Timeout.InfiniteTimeSpan
            );
        }
    }

    public DateTimeOffset At { get; }

    public bool HasPassed => _hasPassed;

    public CancellationToken Token => _source.Token;

    // The source is left to the collector: a timer that fires during the end of a call may still cancel it.
    public void Dispose()
    {
        _timer?.Dispose();
        _clientLeft.Dispose();
    }

    private void Pass()
    {
        _hasPassed = true;
        Cancel(_source);
    }

    /// <summary>
    /// What a connector has registered runs apart, and may throw there: on a timer's thread that would end the whole process.
    /// </summary>
    private static void Cancel(CancellationTokenSource source) => _ = source.CancelAsync();
}
