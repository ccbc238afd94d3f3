using System.Globalization;
using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.MySql.Statements;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MySql;

/// <summary>Runs statements: a query in a transaction that may only read, commands in one that is committed at the end.</summary>
internal sealed class MySqlDatabase(MySqlDataSource source, TimeProvider time) : IDatabase
{
    private static readonly TimeSpan LongestCommit = TimeSpan.FromSeconds(60);

    public async ValueTask<RowReader> QueryAsync(DbStatement statement, CancellationToken cancellationToken)
    {
        var query = MySqlStatement.ForQuery(statement);
        var deadline = new StatementDeadline(time, query.Timeout, cancellationToken);
        MySqlCall? call = null;
        try
        {
            call = MySqlCall.Begin(source, await OpenAsync(deadline), deadline);
            return new MySqlRowReader(call, await StartAsync(call.Connection, query), query, deadline);
        }
        catch (Exception error)
        {
            var mapped = MySqlErrors.Map(error, query, deadline);
            if (call is not null)
            {
                await call.EndAsync();
                await call.Connection.DisposeAsync();
            }

            deadline.Dispose();
            throw mapped;
        }
    }

    public async ValueTask<ExecuteResult> ExecuteAsync(DbStatement statement, CancellationToken cancellationToken)
    {
        var command = MySqlStatement.ForCommand(statement, "command");
        var results = await WriteAsync([command], cancellationToken);
        return results[0];
    }

    public async ValueTask<IReadOnlyList<ExecuteResult>> ExecuteBatchAsync(
        IReadOnlyList<DbStatement> statements,
        CancellationToken cancellationToken
    )
    {
        var commands = new MySqlStatement[statements.Count];
        for (var index = 0; index < commands.Length; index++)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"statements[{index}].command");
            commands[index] = MySqlStatement.ForCommand(statements[index], field);
            if (commands[index].Kind == StatementKind.Defines)
            {
                throw ConnectorException.Invalid(
                    field,
                    "cannot be part of a batch: the server would commit what came before it"
                );
            }
        }

        return commands.Length == 0 ? [] : await WriteAsync(commands, cancellationToken);
    }

    private static async Task<MySqlDataReader> StartAsync(MySqlConnection connection, MySqlStatement query)
    {
        var command = connection.CreateCommand(query.Text);
        command.FollowedBy = MySqlTransaction.Ending;
        connection.LimitTime(query.Timeout);
        if (query.IsPrepared)
        {
            await command.PrepareAsync();
            if (query.Kind == StatementKind.Selects && !command.GivesRows)
            {
                // The server itself says that its rows would go elsewhere.
                throw StatementGuard.ReadOnly(query.Field);
            }

            command.Parameters = query.Bind(command);
        }

        connection.BeginTransaction(readOnly: true);
        return await command.ExecuteReaderAsync();
    }

    private async Task<MySqlConnection> OpenAsync(StatementDeadline deadline)
    {
        deadline.ThrowIfOver();
        return await source.OpenConnectionAsync(deadline.Token);
    }

    private async Task<ExecuteResult[]> WriteAsync(MySqlStatement[] commands, CancellationToken cancellationToken)
    {
        var running = commands[0];

        // The first statement's time includes the waiting for a connection.
        var deadline = new StatementDeadline(time, running.Timeout, cancellationToken);
        MySqlConnection? connection = null;
        try
        {
            connection = await OpenAsync(deadline);
            var transaction = Begin(connection, commands);
            var results = new ExecuteResult[commands.Length];
            for (var index = 0; index < commands.Length; index++)
            {
                if (index > 0)
                {
                    running = commands[index];
                    deadline.Dispose();
                    deadline = new StatementDeadline(time, running.Timeout, cancellationToken);
                }

                results[index] = await RunAsync(connection, running, deadline);
            }

            if (transaction is not null)
            {
                await CommitAsync(connection, transaction);
            }

            return results;
        }
        catch (Exception error)
        {
            throw MySqlErrors.Map(error, running, deadline);
        }
        finally
        {
            deadline.Dispose();
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private static MySqlTransaction? Begin(MySqlConnection connection, MySqlStatement[] commands)
    {
        if (Array.Exists(commands, command => command.Kind is StatementKind.Defines or StatementKind.Calls))
        {
            // What these begin themselves must be able to write, too; the reset takes it back.
            connection.Enqueue("SET SESSION TRANSACTION READ WRITE");
        }

        return commands[0].Kind == StatementKind.Defines ? null : connection.BeginTransaction(readOnly: false);
    }

    private async Task<ExecuteResult> RunAsync(
        MySqlConnection connection,
        MySqlStatement statement,
        StatementDeadline deadline
    )
    {
        deadline.ThrowIfOver();
        var call = MySqlCall.Begin(source, connection, deadline);
        try
        {
            connection.LimitTime(statement.Timeout);
            var result = await RunAsync(connection, statement);
            await call.EndAsync();
            deadline.ThrowIfOver();
            return result;
        }
        finally
        {
            await call.EndAsync();
        }
    }

    private static async Task<ExecuteResult> RunAsync(MySqlConnection connection, MySqlStatement statement)
    {
        var command = connection.CreateCommand(statement.Text);
        if (statement.IsPrepared && !await PrepareAsync(command, statement))
        {
            return await ReadAsync(await connection.CreateCommand(statement.Text).ExecuteReaderAsync(), statement);
        }

        command.Parameters = statement.Bind(command);
        try
        {
            return await ReadAsync(await command.ExecuteReaderAsync(), statement);
        }
        catch (MySqlException failure)
            when (failure.Number == MySqlErrorCode.WrongValue
                && statement.Kind != StatementKind.Calls
                && statement.BindInstants() is { } instants
            )
        {
            // The server has undone the statement, unless it was a call; MariaDB does not tell before that a parameter is a
            // moment. A compiled statement that is too long to keep is gone.
            var again = connection.CreateCommand(statement.Text);
            await again.PrepareAsync();
            again.Parameters = instants;
            return await ReadAsync(await again.ExecuteReaderAsync(), statement);
        }
    }

    private static async Task<bool> PrepareAsync(MySqlCommand command, MySqlStatement statement)
    {
        try
        {
            await command.PrepareAsync();
            return true;
        }
        catch (MySqlException failure)
            when (failure.Number == MySqlErrorCode.NotPreparable && statement.Values.Length == 0)
        {
            return false;
        }
    }

    private static async Task<ExecuteResult> ReadAsync(MySqlDataReader reader, MySqlStatement statement)
    {
        long rows = 0;
        string? returned = null;
        do
        {
            while (await reader.ReadAsync())
            {
                if (rows++ == 0 && statement.Inserts)
                {
                    returned = Key(reader.GetValue(0));
                }
            }
        } while (await reader.NextResultAsync());

        // INSERT … RETURNING and the like give their rows instead of a count.
        var affected = statement.Kind switch
        {
            StatementKind.Changes when reader.FieldCount > 0 => rows,
            StatementKind.Changes or StatementKind.Calls => reader.RecordsAffected,
            _ => 0,
        };
        var generated = reader.LastInsertedId > 0 ? reader.LastInsertedId.ToString(CultureInfo.InvariantCulture) : null;
        return new ExecuteResult(affected, statement.Inserts && affected > 0 ? returned ?? generated : null);
    }

    private static string? Key(DbValue value) =>
        value.Kind switch
        {
            DbValueKind.Null => null,
            DbValueKind.Bytes => Convert.ToHexStringLower(value.AsBytes()),
            _ => value.ToString(),
        };

    /// <summary>From here on the answer must tell what is stored, so nothing stops it.</summary>
    private async Task CommitAsync(MySqlConnection connection, MySqlTransaction transaction)
    {
        using var limit = new CancellationTokenSource(LongestCommit, time);
        await using var late = limit.Token.UnsafeRegister(
            static state => ((MySqlConnection)state!).Abort(),
            connection
        );
        try
        {
            await transaction.CommitAsync();
        }
        catch (Exception error) when (error is not MySqlException)
        {
            throw MySqlErrors.CommitUnknown(error);
        }
    }
}
