using System.Globalization;
using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.Redis;

public sealed class RedisServerTests : RedisFixture
{
    [Fact]
    public async Task Thousand_callers_get_their_own_answers_in_order()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 1000)
                .Select(async caller =>
                {
                    for (var round = 1; round <= 20; round++)
                    {
                        var key = ("k", DbValue.From($"caller {caller}"));
                        await ExecuteAsync("INCR :k", key);
                        Assert.Equal(
                            round.ToString(CultureInfo.InvariantCulture),
                            (await QueryAsync("GET :k", key))[0][0].AsText()
                        );
                    }
                })
        );

        Assert.Equal(1, Database.PoolUsage.Open);
    }

    [Fact]
    public async Task Commands_of_one_caller_are_carried_out_in_order()
    {
        // Until the connection is open there is no order between calls.
        await QueryAsync("LLEN list");
        var appended = Enumerable
            .Range(0, 2000)
            .Select(index => ExecuteAsync("RPUSH list :v", ("v", DbValue.From(index))).AsTask())
            .ToList();
        await Task.WhenAll(appended);

        Assert.Equal(
            Enumerable.Range(0, 2000).Select(index => index.ToString(CultureInfo.InvariantCulture)),
            (await QueryAsync("LRANGE list 0 -1")).Select(row => row[0].AsText())
        );
    }

    [Fact]
    public async Task Closed_idle_connections_are_replaced_unseen()
    {
        var server = await StartAsync(null);
        var database = Open(server);
        await database.ExecuteAsync(Statement("RPUSH l a"), default);
        for (var round = 0; round < 5; round++)
        {
            Assert.Single(await QueryAsync(database, "LRANGE l 0 -1"));
            Assert.Equal(DbValue.From(1), (await QueryAsync(database, "LLEN l"))[0][0]);
            await server.CliAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            await AllClosedAsync(database);
        }
    }

    [Theory]
    [InlineData("GET large")]
    [InlineData("LRANGE list 0 -1")]
    [InlineData("GETRANGE large 0 -1")]
    [InlineData("MGET large large")]
    public async Task Value_above_the_limit_is_refused_and_the_connection_goes_on(string text)
    {
        var database = Open(Server, Number, options => options with { MaxReplyBytes = 1_000_000 });
        var large = ("v", DbValue.From(new string('x', 1_000_001)));
        await database.ExecuteAsync(Statement("SET large :v", large), default);
        await database.ExecuteAsync(Statement("RPUSH list small :v", large), default);
        await database.ExecuteAsync(Statement("SET k v"), default);
        for (var round = 0; round < 20; round++)
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(database, text));
            Assert.Equal("REPLY_TOO_LARGE", error.Code);
            Assert.Equal("v", (await QueryAsync(database, "GET k"))[0][0].AsText());
        }

        // What nobody wants to read may be as large as it likes.
        Assert.Equal(1, (await database.ExecuteAsync(Statement("GETDEL large"), default)).AffectedRows);
    }

    [Fact]
    public async Task Full_memory_is_a_quota()
    {
        var server = await StartAsync(null, "--maxmemory", "1mb");
        var database = Open(server);

        var set = Statement("SET k v");
        var alone = await Assert.ThrowsAsync<ConnectorException>(() => database.ExecuteAsync(set, default).AsTask());
        var batch = await Assert.ThrowsAsync<ConnectorException>(() =>
            database.ExecuteBatchAsync([set, set], default).AsTask()
        );

        Assert.Equal((ErrorKind.QuotaExceeded, "OUT_OF_MEMORY"), (alone.Kind, alone.Code));
        Assert.Equal(ErrorKind.QuotaExceeded, batch.Kind);
    }

    [Fact]
    public async Task Replica_takes_no_writes()
    {
        var server = await StartAsync(null);
        var database = Open(server);
        await database.ExecuteAsync(Statement("SET k v"), default);
        await server.CliAsync("REPLICAOF", "127.0.0.1", "1");

        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            database.ExecuteAsync(Statement("SET k w"), default).AsTask()
        );
        Assert.Equal((ErrorKind.Unavailable, "REPLICA_READ_ONLY"), (error.Kind, error.Code));

        await server.CliAsync("REPLICAOF", "NO", "ONE");
        await database.ExecuteAsync(Statement("SET k w"), default);
    }

    [Fact]
    public async Task Scripts_need_the_operators_leave()
    {
        var allowed = Open(Server, Number, options => options with { AllowScripts = true });

        var refused = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync("EVAL_RO 'return 1' 0"));
        Assert.Equal(("READ_ONLY", "query"), (refused.Code, refused.Field));
        Assert.Equal(DbValue.From(1), (await QueryAsync(allowed, "EVAL_RO 'return 1' 0"))[0][0]);
        var writing = await Assert.ThrowsAsync<ConnectorException>(() =>
            QueryAsync(allowed, "EVAL_RO \"return redis.call('set', KEYS[1], 'x')\" 1 k")
        );
        Assert.Equal("query", writing.Field);
        Assert.Equal(DbValue.Null, (await QueryAsync("GET k"))[0][0]);
    }

    [Fact]
    public async Task Connections_stay_below_the_limit()
    {
        var server = await StartAsync(null);
        var database = Open(server, 0, options => options with { PoolSize = 5 });
        await database.ExecuteAsync(Statement("RPUSH l a b"), default);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => QueryAsync(database, "LRANGE l 0 -1")));

        var info = await server.CliAsync("INFO", "clients");
        Assert.InRange(database.PoolUsage.Open, 2, 5);
        Assert.Equal(5, database.PoolUsage.Limit);
        Assert.Equal((0, 0), (database.PoolUsage.InUse, database.PoolUsage.Waiting));
        Assert.Contains($"connected_clients:{database.PoolUsage.Open + 1}", info, StringComparison.Ordinal);
    }

    private static async Task AllClosedAsync(RedisConnector database)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (database.PoolUsage.Open > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }
}
