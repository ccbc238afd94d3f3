using System.Collections.Concurrent;
using Npgsql;
using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.PostgreSql.Values;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>
/// Opens queries, each in a read-only transaction that is rolled back in the end. A text that is seen for the first time asks
/// for text in every column, which no type can fail; if all its columns turn out to be common ones, later runs ask for the
/// wire format, and send transaction and query in one go.
/// </summary>
internal sealed class QueryRunner(SessionPool pool, TimeProvider time)
{
    private const int MostShapes = 1000;
    private const int MostStalePlans = 3;
    private const string Begin = "BEGIN READ ONLY";

    private readonly ConcurrentDictionary<string, bool> _isBinary = new(StringComparer.Ordinal);

    /// <summary>Starts a query.</summary>
    /// <param name="statement">The query.</param>
    /// <param name="cancellationToken">Stops it until the reader is disposed.</param>
    /// <returns>The reader before its first row; it owns a connection.</returns>
    public async ValueTask<RowReader> OpenAsync(CheckedStatement statement, CancellationToken cancellationToken)
    {
        var deadline = new SessionDeadline(time, statement.Timeout, cancellationToken);
        try
        {
            var session = await pool.RentAsync(deadline);
            try
            {
                deadline.LeaveToServer(statement.Timeout);
                var query = await OpenAsync(session, statement, deadline);
                return new PostgreSqlRowReader(pool, session, query, deadline, time);
            }
            catch (Exception fault)
            {
                await session.RecoverAsync(fault);
                await pool.ReturnAsync(session);
                throw;
            }
        }
        catch (Exception fault)
        {
            var error = PostgreSqlErrors.Map(fault, statement, deadline);
            deadline.Dispose();
            throw error;
        }
    }

    private async ValueTask<RunningQuery> OpenAsync(
        Session session,
        CheckedStatement statement,
        SessionDeadline deadline
    )
    {
        for (var stale = 0; ; stale++)
        {
            try
            {
                return
                    _isBinary.TryGetValue(TextKey.Of(statement.Text), out var isBinary)
                    && isBinary
                    && await OpenBinaryAsync(session, statement, deadline) is { } query
                    ? query
                    : await OpenTextAsync(session, statement, deadline);
            }
            catch (PostgresException fault) when (stale < MostStalePlans && PostgreSqlErrors.IsStalePlan(fault))
            {
                await session.RecoverAsync(fault);
            }
        }
    }

    private async ValueTask<RunningQuery?> OpenBinaryAsync(
        Session session,
        CheckedStatement statement,
        SessionDeadline deadline
    )
    {
        var batch = session.Connection.CreateBatch();
        try
        {
            Session.Add(batch, Begin);
            AddTimeout(batch, statement);
            statement.Bind(Session.Add(batch, statement.Text).Parameters);
            Session.Add(batch, Session.Undo);
            var reader = await session.AwaitAsync(batch.ExecuteReaderAsync(deadline.Token), deadline);
            var query = new RunningQuery(statement, batch, reader, isText: false);
            if (query.Types.All(BinaryColumns.Knows))
            {
                return query;
            }

            // A table has changed since the text was first seen. Nothing but reading has happened.
            _isBinary.TryRemove(TextKey.Of(statement.Text), out _);
            await query.StopAsync(session, time);
            await session.UndoAsync();
            return null;
        }
        catch
        {
            await batch.DisposeAsync();
            throw;
        }
    }

    private static void AddTimeout(NpgsqlBatch batch, CheckedStatement statement)
    {
        if (statement.Timeout is not null)
        {
            Session.AddTimeout(batch, statement.Timeout);
        }
    }

    private async ValueTask<RunningQuery> OpenTextAsync(
        Session session,
        CheckedStatement statement,
        SessionDeadline deadline
    )
    {
        await using (var batch = session.Connection.CreateBatch())
        {
            Session.Add(batch, Begin);
            AddTimeout(batch, statement);
            await using var begun = await session.AwaitAsync(batch.ExecuteReaderAsync(deadline.Token), deadline);
        }

        // The space keeps it apart from the same text prepared for the wire format: Npgsql remembers formats by text.
#pragma warning disable CA2100 // The text is the caller's own statement: running it is the task, and values are bound.
        var command = new NpgsqlCommand(statement.Text + " ", session.Connection) { AllResultTypesAreUnknown = true };
#pragma warning restore CA2100
        try
        {
            statement.Bind(command.Parameters);
            if (command.Parameters.Count == 0)
            {
                // Without any parameter Npgsql would split the text at semicolons by its own reading of it.
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 0 });
            }

            var reader = await session.AwaitAsync(command.ExecuteReaderAsync(deadline.Token), deadline);
            var query = new RunningQuery(statement, command, reader, isText: true);
            if (_isBinary.Count >= MostShapes)
            {
                _isBinary.Clear();
            }

            _isBinary[TextKey.Of(statement.Text)] = query.Types.All(BinaryColumns.Knows);
            return query;
        }
        catch
        {
            await command.DisposeAsync();
            throw;
        }
    }
}
