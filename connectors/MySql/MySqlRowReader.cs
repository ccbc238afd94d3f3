using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.MySql.Statements;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MySql;

/// <summary>Hands rows out as they come; the connection goes back with the last one.</summary>
internal sealed class MySqlRowReader : RowReader
{
    private readonly MySqlCall _call;
    private readonly MySqlDataReader _rows;
    private readonly MySqlStatement _statement;
    private readonly StatementDeadline _deadline;
    private readonly DbColumn[] _columns;
    private bool _ended;
    private Exception? _fault;

    /// <summary>Takes over a query that has started.</summary>
    /// <param name="call">Its connection.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="statement">The query.</param>
    /// <param name="deadline">When it must end.</param>
    public MySqlRowReader(MySqlCall call, MySqlDataReader rows, MySqlStatement statement, StatementDeadline deadline)
    {
        (_call, _rows, _statement, _deadline) = (call, rows, statement, deadline);
        _columns = [.. rows.Columns.Select(column => new DbColumn(column.Name, column.TypeName))];
    }

    public override IReadOnlyList<DbColumn> Columns => _columns;

    public override async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_ended)
        {
            return _fault is null ? false : throw _fault;
        }

        try
        {
            _deadline.ThrowIfOver();
            var hasRow = _rows.HasBuffered ? await _rows.ReadAsync() : await WaitAsync(cancellationToken);
            if (hasRow)
            {
                return true;
            }

            _deadline.ThrowIfOver();
        }
        catch (Exception error)
        {
            _fault = MySqlErrors.Map(error, _statement, _deadline);
            await EndAsync();
            throw _fault;
        }

        await EndAsync();
        return false;
    }

    public override DbValue GetValue(int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)_columns.Length, nameof(column));
        return !_ended ? _rows.GetValue(column) : throw new InvalidOperationException("There is no current row.");
    }

    public override ValueTask DisposeAsync()
    {
        if (!_ended)
        {
            // Whoever reads on must not take this for the end of the rows.
            _fault = new ObjectDisposedException(nameof(MySqlRowReader));
        }

        return EndAsync();
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await using var stop = _deadline.StopOn(cancellationToken);
        return await _rows.ReadAsync();
    }

    private async ValueTask EndAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        try
        {
            if (!_call.Connection.IsBroken && !_rows.IsDone && !_rows.SkipBuffered())
            {
                // More is to come: the server is to stop making it.
                _call.Stop();
                await _rows.DrainAsync();
            }
        }
        catch (MySqlException)
        {
            // The query was stopped, as it should be.
        }
        catch (Exception)
        {
            _call.Connection.MarkBroken();
        }

        await _call.EndAsync();
        await _call.Connection.DisposeAsync();
        _deadline.Dispose();
    }
}
