using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;
using Yyc3.Connectors.MongoDb.Settings;
using Yyc3.Connectors.MongoDb.Wire;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Server;

/// <summary>Ground of the tests that need a server; each test has a database of its own.</summary>
public abstract class MongoServerTests : IAsyncLifetime
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private MongoDbConnector? _connector;

    private protected ConnectorHarness Harness { get; } = new();

    private protected MongoDbConnector Connector => _connector ?? throw new InvalidOperationException("Not opened.");

    public async ValueTask InitializeAsync() => _connector = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        _connector?.Dispose();
        Harness.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected virtual async ValueTask<MongoDbConnector> OpenAsync() =>
        await (await MongoServers.GetAsync()).OpenAsync(Harness);

    private protected static DbStatement Statement(string text, params (string Name, DbValue Value)[] parameters) =>
        new(text) { Parameters = parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal) };

    private protected async Task<ExecuteResult> ExecuteAsync(
        string text,
        params (string Name, DbValue Value)[] parameters
    ) => await Connector.ExecuteAsync(Statement(text, parameters), default);

    /// <summary>The rows, each as its values by column name.</summary>
    private protected async Task<List<Dictionary<string, DbValue>>> QueryAsync(
        string text,
        params (string Name, DbValue Value)[] parameters
    )
    {
        await using var reader = await Connector.QueryAsync(Statement(text, parameters), default);
        var rows = new List<Dictionary<string, DbValue>>();
        while (await reader.ReadAsync(default))
        {
            rows.Add(
                Enumerable
                    .Range(0, reader.Columns.Count)
                    .ToDictionary(index => reader.Columns[index].Name, reader.GetValue, StringComparer.Ordinal)
            );
        }

        return rows;
    }

    private protected Task<ConnectorException> FailsAsync(
        string text,
        params (string Name, DbValue Value)[] parameters
    ) => Assert.ThrowsAsync<ConnectorException>(() => ExecuteAsync(text, parameters));

    private protected async Task FillAsync(int count) =>
        await ExecuteAsync(
            """{"insert": "items", "documents": ":items"}""",
            (
                "items",
                DbValue.FromJson(
                    $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"_id": {{i}}, "n": {{i}}}"""))}]"
                )
            )
        );

    /// <summary>Says something to a server that the connector itself never would.</summary>
    private protected async Task AdminAsync(MongoTestServer server, string command)
    {
        var context = Harness.Context(
            new
            {
                host = "127.0.0.1",
                port = server.Port,
                database = "admin",
            },
            MongoServers.Credentials()
        );
        using var connection = await new MongoDialer(MongoDbOptions.From(context), context).OpenAsync(default);
        var inner = new BsonWriter();
        new ExtendedJsonReader(
            inner,
            "command",
            new(new Dictionary<string, DbValue>(StringComparer.Ordinal), "command")
        ).Command(command);
        var message = MongoMessage.New();
        var start = message.Begin();
        var reader = new BsonReader(inner.Written);
        while (reader.Read())
        {
            message.Raw(reader.Type, reader.Name, reader.Value);
        }

        message.String("$db"u8, "admin");
        message.End(start);
        using var reply = await connection.AskAsync(message, default);
    }
}
