namespace Yyc3.Connectors.Sdk.Database;

/// <summary>
/// When a statement must end: at its timeout or when the caller gives up, whichever comes first. For connectors that stop
/// their statements themselves. Thread-safe but for disposing.
/// </summary>
public sealed class StatementDeadline : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource _stop;
    private CancellationToken _caller;

    /// <summary>Starts the time.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="timeout">Longest time of the statement; null for none.</param>
    /// <param name="caller">Cancelled when the caller gives up.</param>
    public StatementDeadline(TimeProvider time, TimeSpan? timeout, CancellationToken caller)
    {
        _caller = caller;
        if (timeout is { } limit && limit < LongestTimer)
        {
            _timer = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time);
        }

        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer?.Token ?? CancellationToken.None);
        Token = _stop.Token;
    }

    /// <summary>Cancelled when the statement must stop; may be asked for after the end too.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether the statement must stop, or had to.</summary>
    public bool IsOver => Token.IsCancellationRequested;

    /// <summary>What a caller reads whose statement has run too long.</summary>
    public string TimeoutMessage { get; init; } = "The statement ran longer than its timeout and was stopped.";

    /// <summary>Lets another token stop the statement too, as long as this is not disposed.</summary>
    /// <param name="other">Token of one call on the reader of its rows.</param>
    /// <returns>The registration; dispose it when the call ends.</returns>
    public CancellationTokenRegistration StopOn(CancellationToken other) =>
        other == _caller
            ? default
            : other.UnsafeRegister(
                static (state, token) =>
                {
                    var deadline = (StatementDeadline)state!;
                    deadline._caller = token;
                    deadline.Stop();
                },
                this
            );

    /// <summary>Stops the statement now; nothing happens when it has ended.</summary>
    public void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The statement has ended by itself at the same moment.
        }
    }

    /// <summary>Goes on while there is time.</summary>
    /// <exception cref="OperationCanceledException">The caller has given up.</exception>
    /// <exception cref="ConnectorException"><c>QUERY_TIMEOUT</c>: the time is over.</exception>
    public void ThrowIfOver()
    {
        if (IsOver)
        {
            throw Error(null);
        }
    }

    /// <summary>Tells why the statement was stopped.</summary>
    /// <param name="cause">For the log.</param>
    /// <returns>
    /// The exception to throw: an <see cref="OperationCanceledException"/> when the caller has given up, else a
    /// <see cref="ConnectorException"/> with <c>QUERY_TIMEOUT</c>.
    /// </returns>
    public Exception Error(Exception? cause) =>
        _caller.IsCancellationRequested
            ? new OperationCanceledException("The statement was cancelled.", cause, _caller)
            : new ConnectorException(ErrorKind.Timeout, "QUERY_TIMEOUT", TimeoutMessage, innerException: cause);

    /// <summary>Ends the timer; the statement has ended.</summary>
    public void Dispose()
    {
        _stop.Dispose();
        _timer?.Dispose();
    }
}
