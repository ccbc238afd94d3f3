using System.Globalization;
using SQLitePCL;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.Sqlite;

/// <summary>Runs statements: queries side by side on reading connections, changes one after the other.</summary>
internal sealed class SqliteDatabase(SqliteOptions options, TimeProvider time) : IDatabase, IAsyncDisposable
{
    private readonly SqlitePool _pool = new(options);

    public async ValueTask<RowReader> QueryAsync(DbStatement statement, CancellationToken cancellationToken)
    {
        var command = SqliteCommand.Check(statement, "query", readOnly: true);
        var deadline = new StatementDeadline(time, statement.Timeout, cancellationToken);
        try
        {
            return await _pool.RentAsync(session => SqliteRowReader.Open(_pool, session, command, deadline), deadline);
        }
        catch
        {
            deadline.Dispose();
            throw;
        }
    }

    public async ValueTask<ExecuteResult> ExecuteAsync(DbStatement statement, CancellationToken cancellationToken)
    {
        var results = await WriteAsync([SqliteCommand.Check(statement, "command", readOnly: false)], cancellationToken);
        return results[0];
    }

    public async ValueTask<IReadOnlyList<ExecuteResult>> ExecuteBatchAsync(
        IReadOnlyList<DbStatement> statements,
        CancellationToken cancellationToken
    ) =>
        statements.Count == 0
            ? []
            : await WriteAsync(
                [
                    .. statements.Select(
                        (statement, index) =>
                            SqliteCommand.Check(
                                statement,
                                string.Create(CultureInfo.InvariantCulture, $"statements[{index}].command"),
                                readOnly: false
                            )
                    ),
                ],
                cancellationToken
            );

    /// <summary>Name of the parameter for a column of <see cref="InsertAsync"/>.</summary>
    /// <param name="place">Place of the column.</param>
    public static string Parameter(int place) => string.Create(CultureInfo.InvariantCulture, $"c{place}");

    /// <summary>Runs a statement once for each row of a page, in one transaction.</summary>
    /// <param name="text">The statement, with the parameters of the page's columns in their order.</param>
    /// <param name="page">The rows.</param>
    /// <param name="cancellationToken">Stops it; nothing is stored then.</param>
    public async Task InsertAsync(string text, TablePage page, CancellationToken cancellationToken)
    {
        var statement = new DbStatement(text)
        {
            Parameters = Enumerable
                .Range(0, page.Columns.Count)
                .ToDictionary(Parameter, _ => DbValue.Null, StringComparer.Ordinal),
        };
        var command = SqliteCommand.Check(statement, "command", readOnly: false);
        using var deadline = new StatementDeadline(time, null, cancellationToken);
        await _pool.WriteAsync(session => Insert(session, command, page, deadline), deadline);
    }

    public PoolUsage PoolUsage => _pool.Usage;

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private async Task<ExecuteResult[]> WriteAsync(SqliteCommand[] commands, CancellationToken cancellationToken)
    {
        // The first statement's time includes the waiting for the database.
        using var first = new StatementDeadline(time, commands[0].Statement.Timeout, cancellationToken);
        return await _pool.WriteAsync(session => Transact(session, commands, first, cancellationToken), first);
    }

    private bool Insert(SqliteSession session, SqliteCommand command, TablePage page, StatementDeadline deadline)
    {
        Begin(session, deadline);
        using (var statement = SqliteStatement.Open(session, command, deadline))
        {
            var columns = page.Columns.Select(column => new SqliteCell(column)).ToArray();
            for (var row = 0; row < page.Count; row++)
            {
                var cells = page.Cells(row);
                while (cells.Read())
                {
                    columns[cells.Column].Bind(statement.Handle, cells.Column + 1, cells);
                }

                statement.Step();
                statement.Reset();
            }
        }

        deadline.ThrowIfOver();
        session.Stop = CancellationToken.None;
        session.Run("COMMIT");
        return true;
    }

    private ExecuteResult[] Transact(
        SqliteSession session,
        SqliteCommand[] commands,
        StatementDeadline first,
        CancellationToken cancellationToken
    )
    {
        Begin(session, first);
        var results = new ExecuteResult[commands.Length];
        for (var index = 0; index < commands.Length; index++)
        {
            using var own =
                index == 0 ? null : new StatementDeadline(time, commands[index].Statement.Timeout, cancellationToken);
            results[index] = Execute(session, commands[index], own ?? first);
        }

        // From here on the answer must tell what is stored, so nothing stops it.
        session.Stop = CancellationToken.None;
        session.Run("COMMIT");
        return results;
    }

    private void Begin(SqliteSession session, StatementDeadline deadline)
    {
        session.Stop = CancellationToken.None;
        for (var tries = options.BusyTimeout.TotalMilliseconds / SqliteSession.BusySliceMilliseconds; ; tries--)
        {
            deadline.ThrowIfOver();
            try
            {
                // A transaction that reads first and then writes would fail when another process writes in between.
                session.Run("BEGIN IMMEDIATE");
                return;
            }
            catch (SqliteFailure failure) when (failure.Primary == raw.SQLITE_BUSY && tries > 1)
            {
                // The engine has waited a slice already.
            }
        }
    }

    private static ExecuteResult Execute(SqliteSession session, SqliteCommand command, StatementDeadline deadline)
    {
        using var statement = SqliteStatement.Open(session, command, deadline);
        SqliteEngine.SetLastInsertRowId(session.Db, 0);
        string? returned = null;
        for (var first = true; statement.Step(); first = false)
        {
            if (first && command.Inserts)
            {
                returned = Key(statement.Handle);
            }
        }

        deadline.ThrowIfOver();
        var changed = command.Changes ? SqliteEngine.Changes(session.Db) : 0;
        var rowId = raw.sqlite3_last_insert_rowid(session.Db);
        var generated = command.Inserts && changed > 0 && rowId != 0;
        return new ExecuteResult(
            changed,
            returned ?? (generated ? rowId.ToString(CultureInfo.InvariantCulture) : null)
        );
    }

    private static string? Key(sqlite3_stmt row)
    {
        var size = 0;
        var value = SqliteValues.Read(row, 0, DeclaredType.None, ref size);
        return value.Kind switch
        {
            DbValueKind.Null => null,
            DbValueKind.Bytes => Convert.ToHexStringLower(value.AsBytes()),
            _ => value.ToString(),
        };
    }
}
