using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Database.Tests.PostgreSql.PostgreSqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

public sealed class PostgreSqlPoolTests : IAsyncDisposable
{
    private readonly PostgreSqlFixture _fixture = new();

    [Fact]
    public async Task Pool_opens_no_more_than_its_size_and_tells_what_it_does()
    {
        var database = await _fixture.OpenAsync(Settings(("poolSize", 2)));
        Assert.Equal(new PoolUsage(0, 0, 0, 2), database.PoolUsage);
        var first = await database.QueryAsync(new DbStatement("select generate_series(1, 1000000)"), default);
        var second = await database.QueryAsync(new DbStatement("select generate_series(1, 1000000)"), default);
        Assert.Equal(new PoolUsage(2, 2, 0, 2), database.PoolUsage);

        var waiting = QueryAsync(database, "select 1");
        await UntilAsync(() => Task.FromResult(database.PoolUsage.Waiting == 1));
        var error = await FailsAsync(
            () =>
                database
                    .ExecuteAsync(new DbStatement("select 1") { Timeout = TimeSpan.FromMilliseconds(50) }, default)
                    .AsTask(),
            "POOL_EXHAUSTED"
        );
        Assert.Equal(ErrorKind.Throttled, error.Kind);
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            database.QueryAsync(new DbStatement("select 1"), caller.Token).AsTask()
        );

        await first.DisposeAsync();
        Assert.Single(await waiting);
        await second.DisposeAsync();
        Assert.Equal(new PoolUsage(2, 0, 0, 2), database.PoolUsage);
    }

    [Fact]
    public async Task Ended_query_gives_its_connection_back_before_it_is_disposed()
    {
        var database = await _fixture.OpenAsync(Settings(("poolSize", 1)));
        for (var run = 0; run < 3; run++)
        {
            await using var reader = await database.QueryAsync(new DbStatement("select 1"), default);
            Assert.True(await reader.ReadAsync(default));
            Assert.False(await reader.ReadAsync(default));

            Assert.Equal(0, database.PoolUsage.InUse);
            Assert.Single(await QueryAsync(database, "select 2"));
        }
    }

    [Fact]
    public async Task Closed_connector_leaves_no_connection_at_the_server()
    {
        var role = await PostgreSqlServers.NewRoleAsync();
        var server = await PostgreSqlServers.SharedAsync();
        var database = _fixture.Open(server, role);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => QueryAsync(database, "select pg_sleep(0.05)")));
        Assert.InRange(database.PoolUsage.Open, 2, 10);

        await database.DisposeAsync();

        await UntilAsync(async () =>
            await server.RunAsync($"select count(*) from pg_stat_activity where usename = '{role}'") == "0"
        );
        Assert.Equal(0, database.PoolUsage.Open);
    }

    [Fact]
    public async Task Lost_connections_cost_one_error_and_are_replaced()
    {
        var role = await PostgreSqlServers.NewRoleAsync();
        var server = await PostgreSqlServers.SharedAsync();
        var database = _fixture.Open(server, role);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => QueryAsync(database, "select pg_sleep(0.05)")));

        await server.RunAsync($"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}'");

        var errors = 0;
        for (var call = 0; call < 10; call++)
        {
            errors += await Record.ExceptionAsync(() => QueryAsync(database, "select 1")) is null ? 0 : 1;
        }

        Assert.InRange(errors, 0, 1);
        Assert.Equal(0, database.PoolUsage.InUse);
    }

    [Fact]
    public async Task Restarted_server_is_used_again()
    {
        await using var server = await PostgreSqlServer.StartAsync(withTls: false);
        var database = _fixture.Open(server);
        await ExecuteAsync(database, "create table t (a integer primary key)");
        await ExecuteAsync(database, "insert into t values (1)");

        await server.KillAsync();
        var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(database, "select a from t"));
        Assert.Equal(ErrorKind.Unavailable, error.Kind);
        await server.StartAgainAsync();

        Assert.Single(await QueryAsync(database, "select a from t"));
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
