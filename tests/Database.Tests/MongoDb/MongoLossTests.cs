using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MongoDb;

public sealed class MongoLossTests : ServerLossTests
{
    private readonly ConnectorHarness _harness = new();
    private MongoTestServer? _server;
    private MongoDbConnector? _connector;

    public override async ValueTask InitializeAsync()
    {
        _server = await MongoTestServer.StartAsync();
        _connector = MongoServers.Open(_harness, _server, "loss");
    }

    public override async ValueTask DisposeAsync()
    {
        _connector?.Dispose();
        await _server!.DisposeAsync();
        _harness.Dispose();
    }

    protected override async Task CallAsync(int worker, int number, CancellationToken cancellationToken)
    {
        var statement = new DbStatement(
            """{"insert": "calls", "documents": [{"worker": ":worker", "number": ":number"}]}"""
        )
        {
            Parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal)
            {
                ["worker"] = DbValue.From(worker),
                ["number"] = DbValue.From(number),
            },
            Timeout = TimeSpan.FromSeconds(10),
        };
        Assert.Equal(1, (await _connector!.ExecuteAsync(statement, cancellationToken)).AffectedRows);
    }

    protected override Task KillServerAsync() => _server!.KillAsync();

    protected override Task StartServerAsync() => _server!.RestartAsync();

    protected override async Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    )
    {
        var stored = new HashSet<(long, long)>();
        var all = new DbStatement("""{"find": "calls", "projection": {"_id": 0, "worker": 1, "number": 1}}""");
        await using var reader = await _connector!.QueryAsync(all, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            stored.Add((reader.GetValue(0).AsInt64(), reader.GetValue(1).AsInt64()));
        }

        Assert.NotEmpty(acknowledged);
        Assert.All(acknowledged, call => Assert.Contains((call.Worker, call.Number), stored));
    }
}
