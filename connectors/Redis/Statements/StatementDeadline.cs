using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Statements;

/// <summary>When a statement must end: at its timeout or when the caller gives up, whichever comes first.</summary>
internal sealed class StatementDeadline : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource _stop;
    private CancellationToken _caller;

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

    /// <summary>Cancelled when the statement must stop.</summary>
    public CancellationToken Token { get; }

    public bool IsOver => Token.IsCancellationRequested;

    /// <summary>Lets another token stop the statement too, as long as the result is not disposed.</summary>
    /// <param name="other">Token of one call on the reader.</param>
    public CancellationTokenRegistration StopOn(CancellationToken other) =>
        other == _caller
            ? default
            : other.UnsafeRegister(
                static (state, token) =>
                {
                    var deadline = (StatementDeadline)state!;
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
        if (IsOver)
        {
            throw Error(null);
        }
    }

    /// <summary>Tells why the statement was stopped.</summary>
    /// <param name="cause">For the log.</param>
    public Exception Error(Exception? cause) =>
        _caller.IsCancellationRequested
            ? new OperationCanceledException("The statement was cancelled.", cause, _caller)
            : new ConnectorException(
                ErrorKind.Timeout,
                "QUERY_TIMEOUT",
                "The statement ran longer than its timeout; what the server had begun it may still carry out.",
                innerException: cause
            );

    public void Dispose()
    {
        _stop.Dispose();
        _timer?.Dispose();
    }
}
