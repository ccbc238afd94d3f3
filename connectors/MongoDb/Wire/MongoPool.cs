using Yyc3.Connectors.MongoDb.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Wire;

/// <summary>The connections of one integration: never more than its limit, the last used first. Thread-safe.</summary>
internal sealed class MongoPool(MongoDbOptions options, ConnectorContext context) : IDisposable
{
    private readonly MongoDialer _dialer = new(options, context);
    private readonly SemaphoreSlim _turns = new(options.PoolSize);
    private readonly Stack<MongoConnection> _idle = new();
    private int _open;
    private int _waiting;
    private bool _disposed;

    /// <summary>The pool at this moment.</summary>
    public PoolUsage Usage
    {
        get
        {
            var inUse = options.PoolSize - _turns.CurrentCount;
            return new PoolUsage(Volatile.Read(ref _open), inUse, Volatile.Read(ref _waiting), options.PoolSize);
        }
    }

    /// <summary>Waits for a turn and gives an open connection.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The connection, until <see cref="Return"/>.</returns>
    public async Task<MongoConnection> RentAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _turns.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return TakeIdle() ?? await DialAsync(cancellationToken);
        }
        catch
        {
            _turns.Release();
            throw;
        }
    }

    /// <summary>Gives a connection back; one that is broken is closed.</summary>
    public void Return(MongoConnection connection)
    {
        connection.LastUse = context.Time.GetTimestamp();
        lock (_idle)
        {
            if (connection.IsBroken || _disposed)
            {
                Close(connection);
            }
            else
            {
                _idle.Push(connection);
            }
        }

        _turns.Release();
    }

    /// <summary>Closes what is idle; what is in use closes when it comes back.</summary>
    public void Dispose()
    {
        lock (_idle)
        {
            _disposed = true;
            while (_idle.TryPop(out var connection))
            {
                Close(connection);
            }
        }
    }

    private MongoConnection? TakeIdle()
    {
        lock (_idle)
        {
            while (_idle.TryPop(out var connection))
            {
                if (context.Time.GetElapsedTime(connection.LastUse) < options.LongestIdle && connection.IsOpen)
                {
                    return connection;
                }

                Close(connection);
            }

            return null;
        }
    }

    private async Task<MongoConnection> DialAsync(CancellationToken cancellationToken)
    {
        var connection = await _dialer.OpenAsync(cancellationToken);
        Interlocked.Increment(ref _open);
        return connection;
    }

    private void Close(MongoConnection connection)
    {
        connection.Dispose();
        Interlocked.Decrement(ref _open);
    }
}
