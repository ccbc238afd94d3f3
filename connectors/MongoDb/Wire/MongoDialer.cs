using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Faults;
using Yyc3.Connectors.MongoDb.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Wire;

/// <summary>Opens connections that are ready for commands: dialled, greeted, authenticated. Thread-safe.</summary>
internal sealed class MongoDialer(MongoDbOptions options, ConnectorContext context)
{
    private const string Mechanism = "SCRAM-SHA-256";

    /// <summary>OP_MSG came with it: version 3.6.</summary>
    private const int OldestWireVersion = 6;

    private const int CommandNotFound = 59;

    /// <summary>Empty messages after which a server that never finishes is given up.</summary>
    private const int MostEmptyMessages = 2;

    private readonly ScramKeys? _keys = options.User is { } user ? new ScramKeys(user) : null;

    public async Task<MongoConnection> OpenAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        MongoConnection? connection = null;
        try
        {
            connection = await MongoConnection.DialAsync(options, context.Network, either.Token);
            await GreetAsync(connection, either.Token);
            if (_keys is not null)
            {
                await AuthenticateAsync(connection, _keys, either.Token);
            }

            return connection;
        }
        catch (Exception fault)
        {
            connection?.Dispose();
            throw Judge(fault, limit.Token, cancellationToken);
        }
    }

    private static Exception Judge(Exception fault, CancellationToken limit, CancellationToken caller) =>
        fault switch
        {
            OperationCanceledException when limit.IsCancellationRequested && !caller.IsCancellationRequested =>
                MongoDbErrors.Network(new TimeoutException("The server was not reached in time.", fault)),
            ConnectorException or OperationCanceledException => fault,
            MongoDbFailure failure => MongoDbErrors.Map(failure),
            BsonFormatException => MongoDbErrors.Malformed(fault),
            _ => MongoDbErrors.Network(fault),
        };

    private static async Task GreetAsync(MongoConnection connection, CancellationToken cancellationToken)
    {
        MongoReply reply;
        try
        {
            reply = await connection.AskAsync(Hello("hello"), cancellationToken);
        }
        catch (MongoDbFailure failure) when (failure.Code == CommandNotFound)
        {
            reply = await connection.AskAsync(Hello("isMaster"), cancellationToken);
        }

        using (reply)
        {
            connection.Server = ServerGreeting.Of(reply.Document);
        }

        if (connection.Server.WireVersion < OldestWireVersion)
        {
            throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "SERVER_TOO_OLD",
                "The server is older than version 3.6, the oldest one that is spoken to."
            );
        }
    }

    private static BsonWriter Hello(string command)
    {
        var writer = MongoMessage.New();
        var start = writer.Begin();
        writer.Int32(Encoding.ASCII.GetBytes(command), 1);
        var client = writer.Begin(BsonType.Document, "client"u8);
        var driver = writer.Begin(BsonType.Document, "driver"u8);
        writer.String("name"u8, "yyc3-connectors");
        writer.String("version"u8, typeof(MongoDialer).Assembly.GetName().Version?.ToString(3) ?? "");
        writer.End(driver);
        var system = writer.Begin(BsonType.Document, "os"u8);
        writer.String("type"u8, OperatingSystem.IsWindows() ? "Windows" : "Unix");
        writer.End(system);
        writer.End(client);
        writer.String("$db"u8, "admin");
        writer.End(start);
        return writer;
    }

    private async Task AuthenticateAsync(
        MongoConnection connection,
        ScramKeys keys,
        CancellationToken cancellationToken
    )
    {
        var exchange = new ScramExchange(keys, ScramExchange.NewNonce());
        var step = await StepAsync(connection, Start(exchange.First), cancellationToken);
        step = await StepAsync(connection, Continue(step, exchange.Answer(step.Payload)), cancellationToken);
        exchange.Verify(step.Payload);
        for (var empty = 0; !step.IsDone; empty++)
        {
            if (empty == MostEmptyMessages)
            {
                throw MongoDbErrors.Malformed();
            }

            step = await StepAsync(connection, Continue(step, ""), cancellationToken);
        }
    }

    private static async Task<(string Payload, int Conversation, bool IsDone)> StepAsync(
        MongoConnection connection,
        BsonWriter message,
        CancellationToken cancellationToken
    )
    {
        using var reply = await connection.AskAsync(message, cancellationToken);
        var (payload, conversation, isDone) = ("", 0, false);
        var reader = new BsonReader(reply.Document);
        while (reader.Read())
        {
            if (reader.Name.SequenceEqual("payload"u8) && reader.Type == BsonType.Binary)
            {
                payload = Encoding.UTF8.GetString(reader.Value[(sizeof(int) + 1)..]);
            }
            else if (reader.Name.SequenceEqual("conversationId"u8))
            {
                conversation = (int)BsonReader.Number(reader.Type, reader.Value);
            }
            else if (reader.Name.SequenceEqual("done"u8))
            {
                isDone = BsonReader.Number(reader.Type, reader.Value) != 0;
            }
        }

        return (payload, conversation, isDone);
    }

    private BsonWriter Start(string payload)
    {
        var writer = MongoMessage.New();
        var start = writer.Begin();
        writer.Int32("saslStart"u8, 1);
        writer.String("mechanism"u8, Mechanism);
        writer.Binary("payload"u8, Encoding.UTF8.GetBytes(payload));
        var settings = writer.Begin(BsonType.Document, "options"u8);
        writer.Boolean("skipEmptyExchange"u8, value: true);
        writer.End(settings);
        return End(writer, start);
    }

    private BsonWriter Continue((string Payload, int Conversation, bool IsDone) step, string payload)
    {
        var writer = MongoMessage.New();
        var start = writer.Begin();
        writer.Int32("saslContinue"u8, 1);
        writer.Int32("conversationId"u8, step.Conversation);
        writer.Binary("payload"u8, Encoding.UTF8.GetBytes(payload));
        return End(writer, start);
    }

    private BsonWriter End(BsonWriter writer, int start)
    {
        writer.String("$db"u8, options.AuthSource);
        writer.End(start);
        return writer;
    }
}
