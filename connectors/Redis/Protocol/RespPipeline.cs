using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>
/// One connection that many callers share: commands go out in the order they come, coalesced into few writes, and answers are
/// handed to the callers in that order. Thread-safe.
/// </summary>
internal sealed class RespPipeline : IAsyncDisposable
{
    /// <summary>Commands that wait for their answer at once, a power of two; more wait for room.</summary>
    internal const int MostPending = 8192;

    /// <summary>Bytes that wait to be written at once; more wait for room.</summary>
    private const int MostUnsent = 4 * 1024 * 1024;

    private readonly RespChannel _channel;
    private readonly SilenceWatch _watch;
    private readonly Func<Exception, Exception> _translate;
    private readonly Lock _gate = new();
    private readonly PendingReply?[] _places = new PendingReply?[MostPending];
    private readonly Task _reading;
    private readonly SendBuffer _unsent = new();
    private readonly WaitingRoom _room = new();
    private bool _isFlushing;
    private long _asked;
    private long _answered;
    private Exception? _failure;
    private bool _isRetired;

    /// <summary>Begins to use a connection.</summary>
    /// <param name="channel">The connection; closed with this.</param>
    /// <param name="silenceLimit">How long the server may say nothing after a caller has given up.</param>
    /// <param name="time">The clock.</param>
    /// <param name="translate">Makes what callers see of what broke the connection; called for each caller.</param>
    public RespPipeline(
        RespChannel channel,
        TimeSpan silenceLimit,
        TimeProvider time,
        Func<Exception, Exception> translate
    )
    {
        (_channel, _translate) = (channel, translate);
        _watch = new SilenceWatch(time, silenceLimit, () => _channel.Reader.Received, FailIfWaitedFor);
        _reading = Task.Run(ReadAsync, CancellationToken.None);
    }

    /// <summary>Whether another connection is to be used instead.</summary>
    public bool IsClosing => Volatile.Read(ref _failure) is not null || Volatile.Read(ref _isRetired);

    /// <summary>Commands that wait for their answer.</summary>
    public long Pending => Volatile.Read(ref _asked) - Volatile.Read(ref _answered);

    /// <summary>Whether the next command is better sent elsewhere.</summary>
    public bool IsCongested => Pending >= MostPending / 2 || _unsent.Length >= MostUnsent / 4;

    /// <summary>Sends one command.</summary>
    /// <param name="request">The command; this method disposes it.</param>
    /// <param name="isSummary">Whether only the size of the answer counts.</param>
    /// <param name="cancellationToken">
    /// Ends the waiting. A command that has been sent is carried out all the same; its answer is dropped when it comes.
    /// </param>
    /// <returns>The answer, which may be an error.</returns>
    public ValueTask<RespValue> SendAsync(RequestBuffer request, bool isSummary, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested || !TryAppend(request, isSummary, out var reply))
        {
            return SendLaterAsync(request, isSummary, cancellationToken);
        }

        request.Dispose();
        reply.StopOn(cancellationToken);
        return reply.Task;
    }

    /// <summary>Somebody has given up: the connection is broken if the server says nothing for too long from now on.</summary>
    public void Watch() => _watch.Begin();

    /// <summary>Breaks the connection; callers that wait get the reason from the reading side, which notices it at once.</summary>
    public void Fail(Exception reason) => Fail(reason, onlyIfIdle: false);

    /// <summary>Closes the connection once nobody waits on it any more.</summary>
    public void Retire()
    {
        Volatile.Write(ref _isRetired, true);
        CloseIfRetired();
    }

    public async ValueTask DisposeAsync()
    {
        Fail(new ObjectDisposedException(nameof(RespPipeline)));
        await _reading;
    }

    private void Fail(Exception reason, bool onlyIfIdle)
    {
        lock (_gate)
        {
            if (_failure is not null || (onlyIfIdle && Pending > 0))
            {
                return;
            }

            Volatile.Write(ref _failure, reason);
        }

        _watch.Dispose();
        _channel.Abort();
        _room.Announce();
    }

    private void CloseIfRetired()
    {
        if (Volatile.Read(ref _isRetired))
        {
            Fail(new EndOfStreamException("The connection is not to be used any more."), onlyIfIdle: true);
        }
    }

    private bool TryAppend(RequestBuffer request, bool isSummary, [NotNullWhen(true)] out PendingReply? reply)
    {
        bool isAlone;
        lock (_gate)
        {
            var pending = Pending;
            if (
                _failure is not null
                || pending >= MostPending
                || (_unsent.Length > 0 && _unsent.Length + request.Length > MostUnsent)
            )
            {
                reply = null;
                return false;
            }

            _unsent.Add(request.Span);
            ref var place = ref _places[_asked & (MostPending - 1)];
            reply = place is { IsFree: true } used ? used : place = new PendingReply(this);
            reply.Begin(isSummary);
            Volatile.Write(ref _asked, _asked + 1);
            if (_isFlushing)
            {
                return true;
            }

            _isFlushing = true;
            isAlone = pending == 0;
        }

        if (isAlone)
        {
            // Nobody else is about to write: the quickest way is to do it here and now.
            _ = FlushAsync(once: true);
        }
        else
        {
            FlushSoon();
        }

        return true;
    }

    // Behind the work that is queued already, which is about to add commands of its own.
    private void FlushSoon() =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static pipeline => _ = pipeline.FlushAsync(once: false),
            this,
            preferLocal: false
        );

    private void FailIfWaitedFor()
    {
        if (Pending > 0)
        {
            Fail(new TimeoutException("The server is silent."));
        }
    }

    private async ValueTask<RespValue> SendLaterAsync(
        RequestBuffer request,
        bool isSummary,
        CancellationToken cancellationToken
    )
    {
        using var sent = request;
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            var change = _room.NextChangeAsync();
            if (TryAppend(request, isSummary, out var reply))
            {
                reply.StopOn(cancellationToken);
                return await reply.Task;
            }

            if (_failure is { } failure)
            {
                throw _translate(failure);
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes until nothing is left. There is one at a time.</summary>
    /// <param name="once">Leaves what others add meanwhile to the thread pool: a caller is not to write for all the rest.</param>
    private async Task FlushAsync(bool once)
    {
        var sending = SendBuffer.Rent();
        try
        {
            while (true)
            {
                int length;
                lock (_gate)
                {
                    if (_unsent.Length == 0 || _failure is not null)
                    {
                        _isFlushing = false;
                        return;
                    }

                    length = _unsent.Take(ref sending);
                }

                await _channel.Stream.WriteAsync(sending.AsMemory(0, length), CancellationToken.None);
                sending = SendBuffer.Trim(sending);
                _room.Announce();
                if (once && _unsent.Length > 0)
                {
                    FlushSoon();
                    return;
                }
            }
        }
        catch (Exception fault)
        {
            Fail(fault);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(sending);
        }
    }

    private async Task ReadAsync()
    {
        var reader = _channel.Reader;
        try
        {
            while (true)
            {
                var header = await reader.ReadHeaderAsync(CancellationToken.None);
                if (Pending == 0)
                {
                    throw new RespProtocolException("An answer came that nobody had asked for.");
                }

                var reply = _places[_answered & (MostPending - 1)]!;
                var value = reply.IsSummary
                    ? await reader.ReadSummaryAsync(header, CancellationToken.None)
                    : await reader.ReadValueAsync(header, CancellationToken.None);
                Volatile.Write(ref _answered, _answered + 1);
                reply.Complete(value);
                _room.Announce();
                CloseIfRetired();
            }
        }
        catch (Exception fault)
        {
            Fail(fault);
        }

        FailPending();
        await _channel.DisposeAsync();
    }

    private void FailPending()
    {
        // Nothing is added any more: whoever comes now sees the failure.
        for (; Pending > 0; _answered++)
        {
            _places[_answered & (MostPending - 1)]!.Fail(_translate(_failure!));
        }
    }
}
