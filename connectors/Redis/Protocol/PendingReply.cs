using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>
/// Somebody who waits for an answer on a shared connection. Pooled: it is used again when both the waiter has taken the
/// result and the connection has passed the answer's place, so an answer that comes too late meets nobody else.
/// </summary>
internal sealed class PendingReply : IValueTaskSource<RespValue>
{
    private const int MostKept = 4096;

    private ManualResetValueTaskSourceCore<RespValue> _core = new() { RunContinuationsAsynchronously = true };
    private ConcurrentQueue<PendingReply>? _home;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private RespPipeline? _pipeline;
    private int _settled;
    private int _holders;

    /// <summary>Whether only the size of the answer counts.</summary>
    public bool IsSummary { get; private set; }

    public ValueTask<RespValue> Task => new(this, _core.Version);

    public bool IsSettled => Volatile.Read(ref _settled) != 0;

    public static PendingReply Rent(
        ConcurrentQueue<PendingReply> pool,
        RespPipeline pipeline,
        bool isSummary,
        CancellationToken cancellationToken
    )
    {
        var reply = pool.TryDequeue(out var used) ? used : new PendingReply();
        reply._home = pool;
        reply._pipeline = pipeline;
        reply.IsSummary = isSummary;
        reply._token = cancellationToken;
        reply._settled = 0;
        reply._holders = 2;
        if (cancellationToken.CanBeCanceled)
        {
            reply._registration = cancellationToken.UnsafeRegister(
                static state => ((PendingReply)state!).GiveUp(),
                reply
            );
        }

        return reply;
    }

    /// <summary>The connection has the answer.</summary>
    public void Complete(RespValue value)
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _core.SetResult(value);
        }

        Release();
    }

    /// <summary>The connection will have no answer.</summary>
    public void Fail(Func<Exception> error)
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _core.SetException(error());
        }

        Release();
    }

    /// <summary>The connection never took it: nothing was sent.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
        {
            return;
        }

        var home = _home!;
        _core.Reset();
        (_pipeline, _token, _home) = (null, default, null);
        if (home.Count < MostKept)
        {
            home.Enqueue(this);
        }
    }

    RespValue IValueTaskSource<RespValue>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            // Waits for a callback that is running, so that it cannot settle the next user's answer.
            _registration.Dispose();
            _registration = default;
            Release();
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
        var pipeline = _pipeline!;
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _core.SetException(new OperationCanceledException(_token));
            pipeline.Watch();
        }
    }
}
