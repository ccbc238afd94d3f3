namespace Yyc3.Connectors.PostgreSql.Sessions;

/// <summary>
/// A connection that is kept between two calls for the cursor that is open on it. It goes back to the pool when others wait for
/// one, or when nobody has come back for a while.
/// </summary>
internal sealed class KeptSession : IAsyncDisposable
{
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(5);

    private readonly SessionPool _pool;
    private readonly Session _session;
    private readonly TimeProvider _time;
    private readonly ITimer _idle;
    private readonly Lock _gate = new();
    private bool _isBusy;
    private bool _isUnwanted;
    private Task? _closing;

    /// <summary>Keeps a connection.</summary>
    /// <param name="pool">Where it goes back to.</param>
    /// <param name="session">The connection.</param>
    /// <param name="time">The clock.</param>
    public KeptSession(SessionPool pool, Session session, TimeProvider time)
    {
        (_pool, _session, _time) = (pool, session, time);
        _idle = time.CreateTimer(
            static kept => ((KeptSession)kept!).GiveUp(),
            this,
            LongestIdle,
            Timeout.InfiniteTimeSpan
        );
        pool.Keep(this);
    }

    /// <summary>Takes the connection for one call; <see cref="Leave"/> afterwards.</summary>
    /// <returns>The connection; null when it was given up.</returns>
    public Session? Enter()
    {
        lock (_gate)
        {
            if (_closing is not null || _isBusy)
            {
                return null;
            }

            _isBusy = true;
            _idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return _session;
        }
    }

    /// <summary>Ends a call.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _isBusy = false;
            _idle.Change(LongestIdle, Timeout.InfiniteTimeSpan);
            if (_isUnwanted)
            {
                _closing ??= CloseAsync();
            }
        }
    }

    /// <summary>Gives the connection back, now or after the call that is under way.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            _isUnwanted = true;
            if (!_isBusy)
            {
                _closing ??= CloseAsync();
            }
        }
    }

    /// <summary>Gives the connection back.</summary>
    /// <returns>A task that completes when it is back.</returns>
    public async ValueTask DisposeAsync()
    {
        GiveUp();
        if (_closing is { } closing)
        {
            await closing;
        }
    }

    private async Task CloseAsync()
    {
        // Not under the lock of whoever calls.
        await Task.Yield();
        _pool.Unkeep(this);
        await _idle.DisposeAsync();
        using var limit = new SessionDeadline(_time, LongestClose, CancellationToken.None);
        try
        {
            await using var batch = _session.Connection.CreateBatch();
            Session.Add(batch, "CLOSE ALL");
            await _session.CloseAsync(await _session.AwaitAsync(batch.ExecuteReaderAsync(limit.Token), limit));
        }
        catch (Exception)
        {
            _session.Break();
        }

        await _pool.ReturnAsync(_session);
    }
}
