using System.Globalization;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Commands;
using Yyc3.Connectors.MongoDb.Faults;
using Yyc3.Connectors.MongoDb.Rows;
using Yyc3.Connectors.MongoDb.Settings;
using Yyc3.Connectors.MongoDb.Wire;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MongoDb;

/// <summary>Runs statements: each on a connection of the pool, a batch of several in a transaction.</summary>
internal sealed class MongoDbDatabase(MongoClient client, MongoDbOptions options, ConnectorContext context) : IDatabase
{
    private static readonly TimeSpan LongestCommit = TimeSpan.FromSeconds(30);

    private readonly ObjectIdSource _ids = new(context.Time);

    public async ValueTask<RowReader> QueryAsync(DbStatement statement, CancellationToken cancellationToken)
    {
        var command = MongoCommand.Read(statement, "query", isQuery: true);
        var deadline = new CommandDeadline(context.Time, statement.Timeout, cancellationToken);
        var isHandedOver = false;
        MongoReply? reply = null;
        try
        {
            var envelope = new CommandEnvelope(command, options.Database, _ids);
            reply = await client.SendAsync(() => envelope.Write(deadline.Milliseconds), command, deadline);
            if (!command.HasCursor)
            {
                return ReplyRowReader.Of(command.Name, reply.Document);
            }

            var reader = CursorRowReader.Open(client, command, deadline, reply);
            isHandedOver = true;
            return reader;
        }
        finally
        {
            if (!isHandedOver)
            {
                reply?.Dispose();
                deadline.Dispose();
            }
        }
    }

    public async ValueTask<ExecuteResult> ExecuteAsync(DbStatement statement, CancellationToken cancellationToken) =>
        await ExecuteAsync(MongoCommand.Read(statement, "command", isQuery: false), cancellationToken);

    public async ValueTask<IReadOnlyList<ExecuteResult>> ExecuteBatchAsync(
        IReadOnlyList<DbStatement> statements,
        CancellationToken cancellationToken
    )
    {
        var commands = statements
            .Select(
                (statement, index) =>
                    MongoCommand.Read(
                        statement,
                        string.Create(CultureInfo.InvariantCulture, $"statements[{index}].command"),
                        isQuery: false
                    )
            )
            .ToArray();
        return commands switch
        {
            [] => [],
            // One command is all or nothing by itself as far as the server makes it so; it needs no transaction.
            [var only] => [await ExecuteAsync(only, cancellationToken)],
            _ => await TransactAsync(commands, cancellationToken),
        };
    }

    /// <summary>Asks for the collections the user may see, which a server that wants a user refuses to strangers.</summary>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var probe = new DbStatement("""{"listCollections": 1, "nameOnly": true, "authorizedCollections": true}""");
        try
        {
            var rows = await QueryAsync(probe, cancellationToken);
            await rows.DisposeAsync();
        }
        catch (ConnectorException error) when (error.Kind == ErrorKind.PermissionDenied && options.User is null)
        {
            throw new ConnectorException(
                ErrorKind.Unauthenticated,
                "INVALID_CREDENTIALS",
                "The server wants a user name and a password.",
                innerException: error
            );
        }
    }

    private async Task<ExecuteResult> ExecuteAsync(MongoCommand command, CancellationToken cancellationToken)
    {
        using var deadline = new CommandDeadline(context.Time, command.Statement.Timeout, cancellationToken);
        var envelope = new CommandEnvelope(command, options.Database, _ids);
        using var reply = await client.SendAsync(() => envelope.Write(deadline.Milliseconds), command, deadline);
        return Result(command, envelope, reply);
    }

    private static ExecuteResult Result(MongoCommand command, CommandEnvelope envelope, MongoReply reply)
    {
        try
        {
            return WriteSummary.Read(command.Name, envelope.InsertedId, reply.Document);
        }
        catch (BsonFormatException malformed)
        {
            throw MongoDbErrors.Malformed(malformed);
        }
    }

    private async Task<ExecuteResult[]> TransactAsync(MongoCommand[] commands, CancellationToken cancellationToken)
    {
        // The first statement's time includes the waiting for a connection.
        using var first = new CommandDeadline(context.Time, commands[0].Statement.Timeout, cancellationToken);
        var transaction = new MongoTransaction();
        var isCommitted = false;
        var connection = await client.RentAsync(first);
        try
        {
            if (!connection.Server.HasTransactions)
            {
                throw new ConnectorException(
                    ErrorKind.PreconditionFailed,
                    "TRANSACTIONS_UNSUPPORTED",
                    "A batch of several statements needs a replica set or a sharded cluster; this server is neither."
                );
            }

            var results = new ExecuteResult[commands.Length];
            for (var index = 0; index < commands.Length; index++)
            {
                using var own =
                    index == 0
                        ? null
                        : new CommandDeadline(context.Time, commands[index].Statement.Timeout, cancellationToken);
                results[index] = await StepAsync(connection, transaction, commands[index], own ?? first);
            }

            await CommitAsync(connection, transaction, commands[^1]);
            isCommitted = true;
            return results;
        }
        finally
        {
            var mustAbort = !isCommitted && transaction.HasBegun;
            if (mustAbort && !connection.IsBroken)
            {
                await client.CleanAsync(() => transaction.Ending("abortTransaction"u8), connection);
                mustAbort = false;
            }

            client.Return(connection);
            if (mustAbort)
            {
                // Over another connection; if that fails too, the server ends it by itself after a minute.
                await client.CleanAsync(() => transaction.Ending("abortTransaction"u8));
            }
        }
    }

    private async Task CommitAsync(MongoConnection connection, MongoTransaction transaction, MongoCommand last)
    {
        // From here on the answer must tell what is stored, so nothing but a silent server stops it.
        using var deadline = new CommandDeadline(context.Time, LongestCommit, CancellationToken.None);
        try
        {
            using var done = await MongoClient.SendAsync(
                connection,
                transaction.Ending("commitTransaction"u8),
                last,
                deadline
            );
        }
        catch (ConnectorException fault) when (connection.IsBroken)
        {
            throw new ConnectorException(
                ErrorKind.Timeout,
                "WRITE_NOT_CONFIRMED",
                "The batch may have been committed; the server did not say.",
                innerException: fault
            );
        }
    }

    private async Task<ExecuteResult> StepAsync(
        MongoConnection connection,
        MongoTransaction transaction,
        MongoCommand command,
        CommandDeadline deadline
    )
    {
        var envelope = new CommandEnvelope(command, options.Database, _ids);
        var message = envelope.Write(deadline.Milliseconds, transaction);
        using var reply = await MongoClient.SendAsync(connection, message, command, deadline);
        return Result(command, envelope, reply);
    }
}
