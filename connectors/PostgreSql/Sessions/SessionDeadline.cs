using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.PostgreSql.Sessions;

/// <summary>
/// When a statement must end: at its timeout or when the caller gives up, whichever comes first. The server keeps the timeout
/// itself; this one asks it to stop a moment later, and gives up on a server that does not answer even that.
/// </summary>
internal sealed class SessionDeadline : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _silent;
    private readonly CancellationTokenRegistration _givingUp;
    private CancellationToken _caller;

    /// <summary>Starts the time.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="timeout">Longest time; null for none.</param>
    /// <param name="caller">Cancelled when the caller gives up.</param>
    public SessionDeadline(TimeProvider time, TimeSpan? timeout, CancellationToken caller)
    {
        _time = time;
        _begun = time.GetTimestamp();
        _caller = caller;
        _timer = new CancellationTokenSource(Timer(timeout, TimeSpan.Zero), time);
        _silent = new CancellationTokenSource(Timer(timeout, Silence), time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);

        // Not by way of the token that stops: Npgsql sends its request to stop within that one's callback, and can hang there.
        _givingUp = caller.UnsafeRegister(static deadline => ((SessionDeadline)deadline!).BeginSilence(), this);
    }

    /// <summary>Cancelled when the statement must stop.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Whether the statement must stop, or had to.</summary>
    public bool IsOver => _stop.IsCancellationRequested;

    /// <summary>Cancelled when the server was asked to stop and has not answered.</summary>
    public CancellationToken Silent => _silent.Token;

    /// <summary>From now on the server measures the time; this one waits a little longer.</summary>
    /// <param name="timeout">Longest time at the server; null for none.</param>
    public void LeaveToServer(TimeSpan? timeout)
    {
        _timer.CancelAfter(Timer(timeout, Grace));
        if (!_stop.IsCancellationRequested)
        {
            _silent.CancelAfter(Timer(timeout, Grace + Silence));
        }
    }

    /// <summary>Lets another token stop the statement too, as long as the result is not disposed.</summary>
    /// <param name="other">Token of one call on the reader.</param>
    /// <returns>The registration.</returns>
    public CancellationTokenRegistration StopOn(CancellationToken other) =>
        other == _caller
            ? default
            : other.UnsafeRegister(
                static (state, token) =>
                {
                    var deadline = (SessionDeadline)state!;
                    deadline._caller = token;
                    deadline.Stop();
                },
                this
            );

    /// <summary>Stops the statement now.</summary>
    public void Stop()
    {
        BeginSilence();
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The statement has ended by itself at the same moment.
        }
    }

    /// <summary>Tells why the statement was stopped.</summary>
    /// <param name="cause">For the log.</param>
    /// <returns>The exception to throw.</returns>
    public Exception Error(Exception? cause) =>
        _caller.IsCancellationRequested
            ? new OperationCanceledException("The statement was cancelled.", cause, _caller)
            : new ConnectorException(
                ErrorKind.Timeout,
                "QUERY_TIMEOUT",
                "The statement ran longer than its timeout and was stopped.",
                innerException: cause
            );

    public void Dispose()
    {
        if (_silent.IsCancellationRequested)
        {
            // Npgsql may still hang in its callback, and disposing waits for callbacks. The timers have run out by now.
            return;
        }

        _givingUp.Dispose();
        _stop.Dispose();
        _timer.Dispose();
        _silent.Dispose();
    }

    private void BeginSilence()
    {
        try
        {
            _silent.CancelAfter(Silence);
        }
        catch (ObjectDisposedException)
        {
            // The statement has ended by itself at the same moment.
        }
    }

    private TimeSpan Timer(TimeSpan? timeout, TimeSpan grace)
    {
        if (timeout is not { } limit || limit >= LongestTimer)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = limit + grace - _time.GetElapsedTime(_begun);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
