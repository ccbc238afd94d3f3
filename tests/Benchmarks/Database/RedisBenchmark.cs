using StackExchange.Redis;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Redis.Connections;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Database;

/// <summary>Our client's pipelined GET against that of StackExchange.Redis, both in this process on one connection.</summary>
internal static class RedisBenchmark
{
    private const int Window = 500;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("database.redis"))
        {
            return;
        }

        await using var server = await RedisServer.StartAsync();
        await server.CliAsync("set", "key", new string('x', 32));
        using var harness = new ConnectorHarness();
        var dialer = new RespDialer(new RedisOptions("127.0.0.1", server.Port), harness.Context());
        await using var ours = new RespPipeline(
            await dialer.ConnectAsync(cancellationToken),
            TimeSpan.FromSeconds(10),
            TimeProvider.System,
            fault => fault
        );
        var settings = new ConfigurationOptions { EndPoints = { { "127.0.0.1", server.Port } } };
        using var theirs = await ConnectionMultiplexer.ConnectAsync(settings);
        var database = theirs.GetDatabase();
        await board.CompareAsync(
            "database.redis.get.pipelined",
            Unit.PerSecond,
            token => Rate.OfAsync(1, () => GetAsync(ours, token)),
            _ => Rate.OfAsync(1, () => GetAsync(database)),
            cancellationToken
        );
    }

    private static async Task<int> GetAsync(RespPipeline pipeline, CancellationToken cancellationToken)
    {
        var replies = new ValueTask<RespValue>[Window];
        for (var i = 0; i < Window; i++)
        {
#pragma warning disable CA2012, CA2000 // each is awaited once below, and disposes its request
            replies[i] = pipeline.SendAsync(
                new RequestBuffer().Command("GET", "key"),
                isSummary: false,
                cancellationToken
            );
#pragma warning restore CA2012, CA2000
        }

        var count = 0;
        foreach (var reply in replies)
        {
            count += (await reply).IsError ? 0 : 1;
        }

        return count;
    }

    private static async Task<int> GetAsync(IDatabase database)
    {
        var replies = new Task<RedisValue>[Window];
        for (var i = 0; i < Window; i++)
        {
            replies[i] = database.StringGetAsync("key");
        }

        var count = 0;
        foreach (var reply in replies)
        {
            count += (await reply).HasValue ? 1 : 0;
        }

        return count;
    }
}
