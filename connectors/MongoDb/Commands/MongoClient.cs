using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Faults;
using Yyc3.Connectors.MongoDb.Settings;
using Yyc3.Connectors.MongoDb.Wire;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Commands;

/// <summary>Sends messages over the pool and names what fails. Thread-safe.</summary>
internal sealed class MongoClient(MongoDbOptions options, ConnectorContext context) : IDisposable
{
    /// <summary>What a message may hold beside its largest document.</summary>
    private const int Overhead = 16 * 1024;

    private static readonly TimeSpan LongestCleaning = TimeSpan.FromSeconds(3);

    private readonly MongoPool _pool = new(options, context);

    public PoolUsage Usage => _pool.Usage;

    /// <summary>Sends a message over any connection.</summary>
    /// <param name="write">Writes the message, once a connection is there.</param>
    /// <param name="command">What it is about, for errors.</param>
    /// <param name="deadline">When it must end.</param>
    /// <returns>The answer; the caller disposes it.</returns>
    public async Task<MongoReply> SendAsync(Func<BsonWriter> write, MongoCommand command, CommandDeadline deadline)
    {
        var connection = await RentAsync(deadline);
        try
        {
            return await SendAsync(connection, write(), command, deadline);
        }
        finally
        {
            _pool.Return(connection);
        }
    }

    /// <summary>Sends a message over one connection.</summary>
    public static async Task<MongoReply> SendAsync(
        MongoConnection connection,
        BsonWriter message,
        MongoCommand command,
        CommandDeadline deadline
    )
    {
        if (message.Written.Length > connection.Server.LargestDocument + Overhead)
        {
            throw ConnectorException.Invalid(command.Field, "is larger than the server takes");
        }

        deadline.ThrowIfOver();
        try
        {
            return await connection.AskAsync(message, deadline.Token);
        }
        catch (OperationCanceledException over)
        {
            throw deadline.Error(over);
        }
        catch (MongoDbFailure failure)
        {
            throw MongoDbErrors.Map(failure, command.Field);
        }
    }

    /// <summary>Takes a connection for several messages.</summary>
    public async Task<MongoConnection> RentAsync(CommandDeadline deadline)
    {
        deadline.ThrowIfOver();
        try
        {
            return await _pool.RentAsync(deadline.Token);
        }
        catch (OperationCanceledException over)
        {
            throw deadline.Error(over);
        }
    }

    public void Return(MongoConnection connection) => _pool.Return(connection);

    /// <summary>Asks a cursor for its next documents.</summary>
    public async Task<CursorBatch> MoreAsync(
        MongoCommand command,
        string collection,
        long cursor,
        CommandDeadline deadline
    )
    {
        var reply = await SendAsync(() => More(collection, cursor), command, deadline);
        try
        {
            return CursorBatch.Of(reply);
        }
        catch (BsonFormatException malformed)
        {
            reply.Dispose();
            throw MongoDbErrors.Malformed(malformed);
        }
    }

    /// <summary>Ends a cursor at the server, as well as that can be done within a few seconds.</summary>
    public Task KillAsync(string collection, long cursor) =>
        CleanAsync(() =>
        {
            var writer = MongoMessage.New();
            var start = writer.Begin();
            writer.String("killCursors"u8, collection);
            var cursors = writer.Begin(BsonType.Array, "cursors"u8);
            writer.Int64("0"u8, cursor);
            writer.End(cursors);
            writer.String("$db"u8, options.Database);
            writer.End(start);
            return writer;
        });

    /// <summary>Sends what tidies up; when it fails, the server's own time limits do the rest.</summary>
    /// <param name="write">Writes the message.</param>
    /// <param name="held">A connection that is held already; used unless it is broken, which spares waiting for one.</param>
    public async Task CleanAsync(Func<BsonWriter> write, MongoConnection? held = null)
    {
        using var limit = new CancellationTokenSource(LongestCleaning, context.Time);
        try
        {
            if (held is { IsBroken: false })
            {
                using var answer = await held.AskAsync(write(), limit.Token);
                return;
            }

            var connection = await _pool.RentAsync(limit.Token);
            try
            {
                using var reply = await connection.AskAsync(write(), limit.Token);
            }
            finally
            {
                _pool.Return(connection);
            }
        }
        catch (Exception fault) when (fault is ConnectorException or MongoDbFailure or OperationCanceledException)
        {
            // The caller has its answer, or its error, already.
        }
    }

    public void Dispose() => _pool.Dispose();

    private BsonWriter More(string collection, long cursor)
    {
        var writer = MongoMessage.New();
        var start = writer.Begin();
        writer.Int64("getMore"u8, cursor);
        writer.String("collection"u8, collection);
        writer.Int32("batchSize"u8, CommandEnvelope.NextBatch);
        writer.String("$db"u8, options.Database);
        writer.End(start);
        return writer;
    }
}
