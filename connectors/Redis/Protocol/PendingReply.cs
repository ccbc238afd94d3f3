using System.Threading.Tasks.Sources;

namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>
/// Somebody who waits for an answer on a shared connection. Its place there uses it again when both the waiter has taken the
/// result and the connection has passed the answer, so an answer that comes too late meets nobody else.
/// </summary>
/// <param name="pipeline">The connection.</param>
internal sealed class PendingReply(RespPipeline pipeline) : IValueTaskSource<RespValue>
{
    private ManualResetValueTaskSourceCore<RespValue> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private int _settled;
    private int _holders;

    /// <summary>Whether only the size of the answer counts.</summary>
    public bool IsSummary { get; private set; }

    /// <summary>Whether neither the waiter nor the connection holds it.</summary>
    public bool IsFree => Volatile.Read(ref _holders) == 0;

    public ValueTask<RespValue> Task => new(this, _core.Version);

    /// <summary>Makes it ready for the next waiter; it must be free.</summary>
    public void Begin(bool isSummary)
    {
        _core.Reset();
        IsSummary = isSummary;
        _settled = 0;
        _holders = 2;
    }

    /// <summary>Lets a token end the waiting. Called by the waiter, before it waits.</summary>
    public void StopOn(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _token = cancellationToken;
            _registration = cancellationToken.UnsafeRegister(static state => ((PendingReply)state!).GiveUp(), this);
        }
    }

    /// <summary>The connection has the answer.</summary>
    public void Complete(RespValue value)
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _core.SetResult(value);
        }

        Interlocked.Decrement(ref _holders);
    }

    /// <summary>The connection will have no answer.</summary>
    public void Fail(Exception error)
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _core.SetException(error);
        }

        Interlocked.Decrement(ref _holders);
    }

    RespValue IValueTaskSource<RespValue>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            // Waits for a callback that is running, so that it cannot settle the next waiter's answer.
            _registration.Dispose();
            _registration = default;
            _token = default;
            Interlocked.Decrement(ref _holders);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<RespValue>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<RespValue>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _core.OnCompleted(continuation, state, token, flags);

    private void GiveUp()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _core.SetException(new OperationCanceledException(_token));
            pipeline.Watch();
        }
    }
}
