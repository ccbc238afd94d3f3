using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Commands;

/// <summary>When a statement must end: at its timeout or when the caller gives up, whichever comes first.</summary>
internal sealed class CommandDeadline : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <summary>
    /// The server stops the statement at its timeout and says so; only when that answer stays away is the connection given up.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    private readonly TimeProvider _time;
    private readonly TimeSpan? _timeout;
    private readonly long _begun;
    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource _stop;
    private CancellationToken _caller;

    public CommandDeadline(TimeProvider time, TimeSpan? timeout, CancellationToken caller)
    {
        (_time, _caller, _begun) = (time, caller, time.GetTimestamp());
        if (timeout is { } limit && limit < LongestTimer)
        {
            _timeout = limit;
            _timer = new CancellationTokenSource(limit > TimeSpan.Zero ? limit + Grace : TimeSpan.Zero, time);
        }

        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer?.Token ?? CancellationToken.None);
    }

    /// <summary>Cancelled when nobody waits for the statement any more.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Milliseconds that the server may still take, at least one; null for no limit.</summary>
    public long? Milliseconds =>
        _timeout is { } limit
            ? Math.Max(1, (long)Math.Ceiling((limit - _time.GetElapsedTime(_begun)).TotalMilliseconds))
            : null;

    private bool IsOver => _timeout is { } limit && _time.GetElapsedTime(_begun) >= limit;

    /// <summary>Lets another token stop the statement too, as long as the result is not disposed.</summary>
    /// <param name="other">Token of one call on the reader.</param>
    /// <returns>The registration.</returns>
    public CancellationTokenRegistration StopOn(CancellationToken other) =>
        other == _caller
            ? default
            : other.UnsafeRegister(
                static (state, token) =>
                {
                    var deadline = (CommandDeadline)state!;
                    deadline._caller = token;
                    try
                    {
                        deadline._stop.Cancel();
                    }
                    catch (ObjectDisposedException)
                    {
                        // The statement has ended by itself at the same moment.
                    }
                },
                this
            );

    public void ThrowIfOver()
    {
        if (_stop.IsCancellationRequested || IsOver)
        {
            throw Error(null);
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
        _stop.Dispose();
        _timer?.Dispose();
    }
}
