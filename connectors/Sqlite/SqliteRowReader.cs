using SQLitePCL;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sqlite;

/// <summary>
/// Hands out rows from a window that a worker thread fills; the connection goes back as soon as the last row is in it.
/// </summary>
internal sealed class SqliteRowReader : RowReader
{
    private const int FirstWindow = 64;
    private const int LargestWindow = 512;
    private const int WindowBytes = 1024 * 1024;

    private readonly SqlitePool _pool;
    private readonly SqliteSession _session;
    private readonly SqliteStatement _statement;
    private readonly StatementDeadline _deadline;
    private readonly DbColumn[] _columns;
    private readonly DeclaredType[] _declared;
    private readonly SemaphoreSlim _turn = new(1);
    private DbValue[] _window;
    private int _rows;
    private int _current = -1;
    private bool _ended;
    private Exception? _fault;

    private SqliteRowReader(
        SqlitePool pool,
        SqliteSession session,
        SqliteStatement statement,
        StatementDeadline deadline
    )
    {
        (_pool, _session, _statement, _deadline) = (pool, session, statement, deadline);
        _columns = new DbColumn[raw.sqlite3_column_count(statement.Handle)];
        _declared = new DeclaredType[_columns.Length];
        for (var index = 0; index < _columns.Length; index++)
        {
            var name = raw.sqlite3_column_name(statement.Handle, index).utf8_to_string() ?? "";
            var type = raw.sqlite3_column_decltype(statement.Handle, index).utf8_to_string() ?? "";
            _columns[index] = new DbColumn(name, type);
            _declared[index] = SqliteValues.Declared(type);
        }

        _window = new DbValue[FirstWindow * _columns.Length];
    }

    public override IReadOnlyList<DbColumn> Columns => _columns;

    /// <summary>Starts a query and fills the first window, all on the calling worker thread.</summary>
    /// <param name="pool">Where the connection goes back to.</param>
    /// <param name="session">The connection; the reader's from now on, unless this throws.</param>
    /// <param name="command">The query.</param>
    /// <param name="deadline">When it must end; the reader disposes it.</param>
    /// <returns>The reader before its first row.</returns>
    public static SqliteRowReader Open(
        SqlitePool pool,
        SqliteSession session,
        SqliteCommand command,
        StatementDeadline deadline
    )
    {
        var statement = SqliteStatement.Open(session, command, deadline);
        try
        {
            var reader = new SqliteRowReader(pool, session, statement, deadline);
            reader.Fill();
            return reader;
        }
        catch
        {
            statement.Dispose();
            throw;
        }
    }

    public override ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_current + 1 < _rows)
        {
            if (!_ended)
            {
                _deadline.ThrowIfOver();
            }

            _current++;
            return ValueTask.FromResult(true);
        }

        return _ended && _fault is null ? ValueTask.FromResult(false) : FetchAsync(cancellationToken);
    }

    public override DbValue GetValue(int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)_columns.Length, nameof(column));
        return _current >= 0 && _current < _rows
            ? _window[(_current * _columns.Length) + column]
            : throw new InvalidOperationException("There is no current row.");
    }

    public override async ValueTask DisposeAsync()
    {
        // A read that is still running uses the statement; it must not be pulled away under it.
        await _turn.WaitAsync(CancellationToken.None);
        if (!_ended || _current + 1 < _rows)
        {
            // Whoever reads on must not take this for the end of the rows.
            _fault = new ObjectDisposedException(nameof(SqliteRowReader));
        }

        (_rows, _current) = (0, -1);
        End();
        _turn.Release();
    }

    private async ValueTask<bool> FetchAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_ended)
            {
                return _fault is null ? false : throw _fault;
            }

            await using var stop = _deadline.StopOn(cancellationToken);
            return await BlockingThreads.RunAsync(Refill);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool Refill()
    {
        try
        {
            Fill();
            _current = 0;
            return _rows > 0;
        }
        catch (Exception fault)
        {
            (_rows, _current, _fault) = (0, -1, fault);
            End();
            throw;
        }
    }

    private void Fill()
    {
        _deadline.ThrowIfOver();
        if (_rows > 0 && _window.Length < LargestWindow * _columns.Length)
        {
            _window = new DbValue[LargestWindow * _columns.Length];
        }

        _rows = 0;
        var size = 0;
        var limit = _window.Length / Math.Max(1, _columns.Length);
        while (_rows < limit && size < WindowBytes)
        {
            if (!_statement.Step())
            {
                End();
                return;
            }

            for (var column = 0; column < _columns.Length; column++)
            {
                _window[(_rows * _columns.Length) + column] = SqliteValues.Read(
                    _statement.Handle,
                    column,
                    _declared[column],
                    ref size
                );
            }

            _rows++;
        }
    }

    private void End()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _statement.Dispose();
        _pool.Return(_session);
        _deadline.Dispose();
    }
}
