using Microsoft.Extensions.Logging;
using Yyc3.Connectors.PostgreSql.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.PostgreSql.Sessions;

/// <summary>
/// The connections of one integration. Npgsql's own pool would open them unseen by the outbound guard, clean them only when
/// they are next used, and keep no count of who waits.
/// </summary>
internal sealed partial class SessionPool(PostgreSqlOptions options, Dialer dialer, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _slots = new(options.PoolSize);
    private readonly Lock _gate = new();

    // The last one given back is taken first, so that the first ones grow old when there are too many.
    private readonly List<Session> _idle = [];
    private readonly HashSet<KeptSession> _kept = [];
    private int _open;
    private int _inUse;
    private int _waiting;
    private int _generation;
    private bool _disposed;

    public PoolUsage Usage =>
        new(Volatile.Read(ref _open), Volatile.Read(ref _inUse), Volatile.Read(ref _waiting), options.PoolSize);

    /// <summary>Does something on a connection, which leaves it clean whatever happens.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="deadline">Ends the waiting for one.</param>
    /// <param name="work">What is done; nothing is under way any more when it ends.</param>
    /// <returns>What has come of it.</returns>
    public async ValueTask<T> UseAsync<T>(SessionDeadline deadline, Func<Session, ValueTask<T>> work)
    {
        var session = await RentAsync(deadline);
        try
        {
            return await work(session);
        }
        catch (Exception fault)
        {
            await session.RecoverAsync(fault);
            throw;
        }
        finally
        {
            await ReturnAsync(session);
        }
    }

    /// <summary>Waits for a connection; opens one when none is idle.</summary>
    /// <param name="deadline">Ends the waiting.</param>
    /// <returns>The connection, until <see cref="ReturnAsync"/>.</returns>
    public async ValueTask<Session> RentAsync(SessionDeadline deadline)
    {
        deadline.Token.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        if (!await _slots.WaitAsync(0, CancellationToken.None))
        {
            await WaitAsync(deadline);
        }

        Interlocked.Increment(ref _inUse);
        try
        {
            while (TakeIdle() is { } idle)
            {
                if (idle.Generation == Volatile.Read(ref _generation) && !IsOld(idle))
                {
                    return idle;
                }

                await CloseAsync(idle);
            }

            return await OpenAsync(deadline);
        }
        catch
        {
            Interlocked.Decrement(ref _inUse);
            _slots.Release();
            throw;
        }
    }

    /// <summary>Gives a connection back; a broken one is closed.</summary>
    /// <param name="session">The connection; nothing is under way on it any more.</param>
    /// <returns>A task that completes when it is free for the next.</returns>
    public async ValueTask ReturnAsync(Session session)
    {
        try
        {
            if (session.IsBroken || session.Connection.State != System.Data.ConnectionState.Open)
            {
                // Its neighbours are likely to be as dead; each would cost a caller an error.
                Interlocked.Increment(ref _generation);
                LogLost(logger, session.IsAbandoned);
                await CloseAsync(session);
            }
            else
            {
                session.Generation = Volatile.Read(ref _generation);
                session.IdleSince = time.GetTimestamp();
                await KeepAsync(session);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inUse);
            _slots.Release();
        }
    }

    /// <summary>Notes a connection that is in use only as long as nobody else needs it.</summary>
    /// <param name="session">The connection.</param>
    public void Keep(KeptSession session)
    {
        lock (_gate)
        {
            _kept.Add(session);
        }
    }

    /// <summary>It is given back.</summary>
    /// <param name="session">The connection.</param>
    public void Unkeep(KeptSession session)
    {
        lock (_gate)
        {
            _kept.Remove(session);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var kept in Kept())
        {
            await kept.DisposeAsync();
        }

        Session[] idle;
        lock (_gate)
        {
            _disposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var session in idle)
        {
            await CloseAsync(session);
        }

        dialer.Dispose();
    }

    private static ConnectorException PoolExhausted(Exception? cause) =>
        new(
            ErrorKind.Throttled,
            "POOL_EXHAUSTED",
            "All connections of this integration are in use.",
            innerException: cause
        );

    private KeptSession[] Kept()
    {
        lock (_gate)
        {
            return [.. _kept];
        }
    }

    private async ValueTask WaitAsync(SessionDeadline deadline)
    {
        foreach (var kept in Kept())
        {
            kept.GiveUp();
        }

        Interlocked.Increment(ref _waiting);
        try
        {
            if (!await _slots.WaitAsync(LongestWait, deadline.Token))
            {
                throw PoolExhausted(null);
            }
        }
        catch (OperationCanceledException over)
        {
            throw deadline.Error(over) is OperationCanceledException givenUp ? givenUp : PoolExhausted(over);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async ValueTask<Session> OpenAsync(SessionDeadline deadline)
    {
        var generation = Volatile.Read(ref _generation);
        var opening = dialer.OpenAsync(deadline.Token);
        try
        {
            var connection = await opening.WaitAsync(deadline.Silent);
            Interlocked.Increment(ref _open);
            return new Session(connection, generation, time);
        }
        catch
        {
            // Given up while it is being opened, or at the moment when it is open.
            _ = opening.ContinueWith(
                static late =>
                    late.IsCompletedSuccessfully
                        ? late.Result.DisposeAsync().AsTask()
                        : Task.FromResult(late.Exception),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
            throw;
        }
    }

    private Session? TakeIdle()
    {
        lock (_gate)
        {
            if (_idle.Count == 0)
            {
                return null;
            }

            var session = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            return session;
        }
    }

    private async ValueTask KeepAsync(Session session)
    {
        Session? surplus = null;
        lock (_gate)
        {
            if (_disposed)
            {
                surplus = session;
            }
            else
            {
                _idle.Add(session);
                if (IsOld(_idle[0]))
                {
                    surplus = _idle[0];
                    _idle.RemoveAt(0);
                }
            }
        }

        if (surplus is not null)
        {
            await CloseAsync(surplus);
        }
    }

    private bool IsOld(Session session) => time.GetElapsedTime(session.IdleSince) > LongestIdle;

    private async ValueTask CloseAsync(Session session)
    {
        Interlocked.Decrement(ref _open);

        // On a thread of its own: closing what hangs can hang. It is gone either way.
        await Task.Run(() => session.Connection.DisposeAsync().AsTask(), CancellationToken.None)
            .WaitAsync(LongestClose, time, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "A connection to PostgreSQL was lost; idle ones are replaced. Given up while busy: {Abandoned}"
    )]
    private static partial void LogLost(ILogger logger, bool abandoned);
}
