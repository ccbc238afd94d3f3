using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>
/// Many small rows by few steps of the engine: a command for each costs twice as much as storing it, and parameters with names
/// are looked for among all.
/// </summary>
/// <param name="connection">Within a transaction.</param>
/// <param name="insert">What stands before the rows, up to <c>values</c>.</param>
/// <param name="columns">How many values a row has.</param>
/// <param name="tail">What stands behind them.</param>
internal sealed class SqliteInsert(SqliteConnection connection, string insert, int columns, string tail)
{
    private const int RowsOfStep = 50;

    /// <summary>Inserts rows.</summary>
    /// <typeparam name="T">What rows are made of.</typeparam>
    /// <param name="rows">The rows, which are stored in this order.</param>
    /// <param name="bind">Adds the values of one.</param>
    /// <exception cref="SqliteException">The engine refuses it; what it has stored is the transaction's to undo.</exception>
    public void Run<T>(IReadOnlyList<T> rows, Action<SqliteBinding, T> bind)
    {
        var whole = rows.Count / RowsOfStep * RowsOfStep;
        Run(rows, 0, whole, RowsOfStep, bind);
        Run(rows, whole, rows.Count, 1, bind);
    }

    private void Run<T>(IReadOnlyList<T> rows, int begin, int end, int rowsOfStep, Action<SqliteBinding, T> bind)
    {
        if (begin == end)
        {
            return;
        }

        var row = $"({string.Join(',', Enumerable.Repeat('?', columns))})";
        var text = $"{insert} {string.Join(',', Enumerable.Repeat(row, rowsOfStep))} {tail}";
        Check(raw.sqlite3_prepare_v2(connection.Handle, text, out var statement));
        using var prepared = statement;
        for (var first = begin; first < end; first += rowsOfStep)
        {
            var binding = new SqliteBinding(statement);
            for (var index = first; index < first + rowsOfStep; index++)
            {
                bind(binding, rows[index]);
            }

            var code = raw.sqlite3_step(statement);
            if (code != raw.SQLITE_DONE)
            {
                Check(code);
            }

            Check(raw.sqlite3_reset(statement));
        }
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, connection.Handle);
}
