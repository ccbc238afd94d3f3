using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>
/// Hands out rows as Npgsql reads them from the network. The connection goes back after the last row, or as soon as the query
/// has to stop, even while nobody reads.
/// </summary>
internal sealed class PostgreSqlRowReader : RowReader
{
    private readonly SessionPool _pool;
    private readonly Session _session;
    private readonly RunningQuery _query;
    private readonly SessionDeadline _deadline;
    private readonly TimeProvider _time;
    private readonly DbColumn[] _columns;
    private readonly DbValue[] _row;
    private readonly Lock _gate = new();
    private readonly CancellationTokenRegistration _expiry;
    private bool _hasRow;
    private TaskCompletionSource? _reading;
    private Task? _ending;
    private Exception? _fault;

    /// <summary>Takes a query over.</summary>
    /// <param name="pool">Where the connection goes back to.</param>
    /// <param name="session">The connection.</param>
    /// <param name="query">The query.</param>
    /// <param name="deadline">When it must end; disposed with the query.</param>
    /// <param name="time">The clock.</param>
    public PostgreSqlRowReader(
        SessionPool pool,
        Session session,
        RunningQuery query,
        SessionDeadline deadline,
        TimeProvider time
    )
    {
        (_pool, _session, _query, _deadline, _time) = (pool, session, query, deadline, time);
        _columns = new DbColumn[query.Types.Length];
        _row = new DbValue[query.Types.Length];
        for (var column = 0; column < _columns.Length; column++)
        {
            _columns[column] = new DbColumn(query.Reader.GetName(column), query.Reader.GetDataTypeName(column));
        }

        _expiry = deadline.Token.UnsafeRegister(static reader => ((PostgreSqlRowReader)reader!).Expire(), this);
    }

    public override IReadOnlyList<DbColumn> Columns => _columns;

    public override ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<bool> reading;
        lock (_gate)
        {
            _hasRow = false;
            if (_ending is not null)
            {
                return _fault is null ? ValueTask.FromResult(false) : ValueTask.FromException<bool>(_fault);
            }

            reading = _query.Reader.ReadAsync(_deadline.Token);
            if (reading.IsCompletedSuccessfully && reading.Result)
            {
                TakeRow();
                return ValueTask.FromResult(true);
            }

            _reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return new ValueTask<bool>(WaitAsync(reading, cancellationToken));
    }

    public override DbValue GetValue(int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)_row.Length, nameof(column));
        return _hasRow ? _row[column] : throw new InvalidOperationException("There is no current row.");
    }

    public override async ValueTask DisposeAsync()
    {
        while (true)
        {
            TaskCompletionSource? reading;
            Task? ending = null;
            lock (_gate)
            {
                _hasRow = false;
                reading = _reading;
                if (reading is null)
                {
                    if (_ending is null)
                    {
                        // Whoever reads on must not take this for the end of the rows.
                        _fault = new ObjectDisposedException(nameof(PostgreSqlRowReader));
                        _ending = StopAsync();
                    }

                    ending = _ending;
                }
            }

            if (ending is not null)
            {
                await ending;
                return;
            }

            // A read is under way: it ends with the query.
            _deadline.Stop();
            await reading!.Task;
        }
    }

    private async Task<bool> WaitAsync(Task<bool> reading, CancellationToken cancellationToken)
    {
        Exception fault;
        try
        {
            await using var stop = _deadline.StopOn(cancellationToken);
            if (await _session.AwaitAsync(reading, _deadline))
            {
                lock (_gate)
                {
                    TakeRow();
                    EndRead();
                    return true;
                }
            }

            await _query.EndAsync(_session, _deadline);
            await EndAsync(null, GiveBackAsync);
            return false;
        }
        catch (Exception error)
        {
            fault = PostgreSqlErrors.Map(error, _query.Statement, _deadline);
        }

        await EndAsync(fault, StopAsync);
        throw fault;
    }

    private Task EndAsync(Exception? fault, Func<Task> end)
    {
        lock (_gate)
        {
            _fault = fault;
            _ending ??= end();
            EndRead();
            return _ending;
        }
    }

    private void EndRead()
    {
        _reading?.TrySetResult();
        _reading = null;
    }

    private void TakeRow()
    {
        _query.ReadRow(_row);
        _hasRow = true;
    }

    /// <summary>The time is over. A read that is under way finds out by itself; this is for when nobody reads.</summary>
    private void Expire()
    {
        lock (_gate)
        {
            if (_reading is null && _ending is null)
            {
                // The current row stays: it is a copy, and whoever is about to look at it does not read yet.
                _fault = _deadline.Error(null);
                _ending = Task.Run(StopAsync, CancellationToken.None);
            }
        }
    }

    private async Task StopAsync()
    {
        await _query.StopAsync(_session, _time);
        await _session.UndoAsync();
        await GiveBackAsync();
    }

    private async Task GiveBackAsync()
    {
        await _pool.ReturnAsync(_session);
        await _expiry.DisposeAsync();
        _deadline.Dispose();
    }
}
