using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>A bounded pool of connections to one database. Thread-safe.</summary>
internal sealed class MySqlDataSource : IAsyncDisposable
{
    private readonly MySqlConnectionOptions _options;
    private readonly OutboundNetwork _network;
    private readonly TimeProvider _time;
    private readonly QueryKiller _killer;
    private readonly SemaphoreSlim _slots;
    private readonly Lock _gate = new();
    private readonly Stack<MySqlConnection> _idle = new();
    private int _inUse;
    private int _waiting;
    private bool _disposed;

    public MySqlDataSource(MySqlConnectionOptions options, OutboundNetwork network, TimeProvider time)
    {
        (_options, _network, _time) = (options, network, time);
        _slots = new SemaphoreSlim(options.MaximumPoolSize);
        _killer = new QueryKiller(ConnectAsync, options, time);
    }

    public PoolUsage Usage
    {
        get
        {
            lock (_gate)
            {
                return new PoolUsage(_idle.Count + _inUse, _inUse, _waiting, _options.MaximumPoolSize);
            }
        }
    }

    /// <summary>Waits for its turn and gives a connection; disposing it gives it back.</summary>
    /// <param name="cancellationToken">Ends the waiting and the connecting.</param>
    /// <returns>An open connection with a fresh session.</returns>
    public async ValueTask<MySqlConnection> OpenConnectionAsync(CancellationToken cancellationToken)
    {
        await TakeSlotAsync(cancellationToken);
        lock (_gate)
        {
            _inUse++;
        }

        try
        {
            while (TakeIdle() is { } idle)
            {
                if (await IsAliveAsync(idle, cancellationToken))
                {
                    return idle;
                }
            }

            return await ConnectAsync(cancellationToken);
        }
        catch
        {
            GiveSlot();
            throw;
        }
    }

    /// <summary>Takes a connection back; what it has left behind is removed first.</summary>
    /// <param name="connection">The connection; nothing runs on it any more.</param>
    /// <returns>A task that completes when the next caller can have it.</returns>
    public async ValueTask ReturnAsync(MySqlConnection connection)
    {
        // Always: a function behind a view may have set a variable or taken a lock, which no server tells.
        if (!connection.IsBroken)
        {
            await TryResetAsync(connection);
        }

        var keep = false;
        lock (_gate)
        {
            if (!connection.IsBroken && !_disposed)
            {
                connection.IdleSince = _time.GetTimestamp();
                _idle.Push(connection);
                keep = true;
            }
        }

        if (!keep)
        {
            await connection.CloseAsync();
        }

        GiveSlot();
    }

    /// <summary>
    /// Has the server end what runs on a connection, again and again until it has; breaks the connection when it does not.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="ended">Completes when nothing runs on it any more.</param>
    /// <returns>A task that completes when no further KILL can reach it; it does not fail.</returns>
    public async Task StopAsync(MySqlConnection connection, Task ended)
    {
        connection.WasStopped = true;
        using var limit = new CancellationTokenSource(_options.StopTimeout, _time);
        try
        {
            while (!ended.IsCompleted)
            {
                await _killer.KillAsync(connection.ThreadId, limit.Token);
                await Task.WhenAny(ended, Task.Delay(_options.StopAgainAfter, _time, limit.Token));
                limit.Token.ThrowIfCancellationRequested();
            }
        }
        catch (Exception)
        {
            // Whatever keeps the KILL from the server: this ends the waiting, and the server's own limit the statement.
            connection.Abort();
        }
    }

    public async ValueTask DisposeAsync()
    {
        MySqlConnection[] idle;
        lock (_gate)
        {
            _disposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var connection in idle)
        {
            await connection.CloseAsync();
        }

        await _killer.DisposeAsync();
    }

    private async Task<MySqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var connection = new MySqlConnection(_options, this);
        try
        {
            await connection.OpenAsync(_network, both.Token);
            return connection;
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The server did not open a session in time.", late);
        }
    }

    private async ValueTask TakeSlotAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _waiting++;
        }

        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _waiting--;
            }
        }
    }

    private void GiveSlot()
    {
        lock (_gate)
        {
            _inUse--;
        }

        _slots.Release();
    }

    private MySqlConnection? TakeIdle()
    {
        lock (_gate)
        {
            return _idle.TryPop(out var connection) ? connection : null;
        }
    }

    private async ValueTask<bool> IsAliveAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        // What was used a moment ago is asked nothing: an end that the server has told is seen without a round trip.
        var isAlive = !connection.HasNews;
        if (isAlive && IsOld(connection))
        {
            isAlive = await TryAsync(connection, connection.PingAsync, cancellationToken);
            if (!isAlive && !cancellationToken.IsCancellationRequested)
            {
                // What has cut this one off has hardly spared the others; to ask each would take the caller's time.
                DropOld();
            }
        }

        if (!isAlive)
        {
            connection.Drop();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return isAlive;
    }

    private bool IsOld(MySqlConnection connection) => _time.GetElapsedTime(connection.IdleSince) >= _options.PingAfter;

    private void DropOld()
    {
        MySqlConnection[] old;
        lock (_gate)
        {
            old = [.. _idle.Where(IsOld)];
            var young = _idle.Where(connection => !IsOld(connection)).Reverse().ToList();
            _idle.Clear();
            young.ForEach(_idle.Push);
        }

        foreach (var connection in old)
        {
            connection.Drop();
        }
    }

    private async Task TryResetAsync(MySqlConnection connection)
    {
        if (!await TryAsync(connection, connection.ResetAsync, CancellationToken.None))
        {
            connection.MarkBroken();
        }
    }

    private async Task<bool> TryAsync(
        MySqlConnection connection,
        Func<Task> action,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(_options.StopTimeout, _time);
        await using var late = limit.Token.UnsafeRegister(
            static state => ((MySqlConnection)state!).Abort(),
            connection
        );
        await using var over = cancellationToken.UnsafeRegister(
            static state => ((MySqlConnection)state!).Abort(),
            connection
        );
        try
        {
            await action();
            return !connection.IsBroken;
        }
        catch (Exception)
        {
            // It is closed, which is all that can be done about it.
            return false;
        }
    }
}
