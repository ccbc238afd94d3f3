using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.Redis;

public sealed class RedisServerLossTests : ServerLossTests
{
    private readonly ConnectorHarness _harness = new();
    private RedisServer _server = null!;
    private RedisConnector _connector = null!;

    public override async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _connector = RedisServers.Open(_harness, _server);
    }

    public override async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync();
        await _server.DisposeAsync();
        _harness.Dispose();
    }

    protected override async Task CallAsync(int worker, int number, CancellationToken cancellationToken)
    {
        var key = DbValue.From($"w{worker}-{number}");
        var parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal) { ["key"] = key };
        var set = new DbStatement("SET :key done") { Parameters = parameters };
        switch (number % 3)
        {
            case 0:
                await _connector.ExecuteAsync(set, cancellationToken);
                break;
            case 1:
                await _connector.ExecuteBatchAsync([set, set], cancellationToken);
                break;
            default:
                await _connector.ExecuteAsync(set, cancellationToken);
                var scan = new DbStatement("LRANGE absent 0 -1");
                await using (var rows = await _connector.QueryAsync(scan, cancellationToken))
                {
                    await rows.ReadAsync(cancellationToken);
                }

                break;
        }
    }

    protected override Task KillServerAsync() => _server.KillAsync();

    protected override Task StartServerAsync() => _server.StartAgainAsync();

    protected override async Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    )
    {
        foreach (var (worker, number) in acknowledged)
        {
            var get = new DbStatement("GET :key")
            {
                Parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal)
                {
                    ["key"] = DbValue.From($"w{worker}-{number}"),
                },
            };
            await using var rows = await _connector.QueryAsync(get, cancellationToken);
            Assert.True(await rows.ReadAsync(cancellationToken));
            Assert.Equal(DbValue.From("done"), rows.GetValue(0));
        }
    }
}
