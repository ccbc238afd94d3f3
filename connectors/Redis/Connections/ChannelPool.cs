using System.Collections.Concurrent;
using Yyc3.Connectors.Redis.Protocol;

namespace Yyc3.Connectors.Redis.Connections;

/// <summary>Connections that are lent to one statement at a time. Thread-safe.</summary>
internal sealed class ChannelPool(RespDialer dialer, int limit) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(limit);
    private readonly ConcurrentStack<RespChannel> _idle = new();
    private int _waiting;
    private volatile bool _isDisposed;

    public int Idle => _idle.Count;

    public int InUse => limit - _turn.CurrentCount;

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Waits for its turn and gives a connection.</summary>
    /// <returns>The connection; give it back by <see cref="ReturnAsync"/>.</returns>
    public async ValueTask<RespChannel> RentAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Interlocked.Increment(ref _waiting);
        try
        {
            await _turn.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            while (_idle.TryPop(out var channel))
            {
                if (channel.IsUsable())
                {
                    return channel;
                }

                await channel.DisposeAsync();
            }

            return await dialer.ConnectAsync(cancellationToken);
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    /// <summary>Takes a connection back.</summary>
    /// <param name="channel">The connection; nobody uses it any more.</param>
    /// <param name="isClean">Whether every answer was read; if not, the connection is closed.</param>
    public async ValueTask ReturnAsync(RespChannel channel, bool isClean)
    {
        if (isClean && !_isDisposed)
        {
            _idle.Push(channel);
            if (_isDisposed)
            {
                await CloseIdleAsync();
            }
        }
        else
        {
            await channel.DisposeAsync();
        }

        _turn.Release();
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await CloseIdleAsync();
    }

    /// <summary>Closes what nobody uses.</summary>
    public async ValueTask CloseIdleAsync()
    {
        while (_idle.TryPop(out var channel))
        {
            await channel.DisposeAsync();
        }
    }
}
