using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql.Replication;

/// <summary>What server, role and table must be like; what is made and dropped; which connections are used.</summary>
public sealed class PostgreSqlLogSetupTests
{
    private static readonly string[] IdKey = ["id"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_without_logical_log_is_told()
    {
        var server = await PostgreSqlServers.SharedAsync();
        await using var log = await LogFixture.OpenAsync(server: server);
        await AssertNotReadyAsync(log, "WAL_LEVEL_NOT_LOGICAL");
    }

    [Fact]
    public async Task A_role_that_may_not_replicate_is_told()
    {
        await using var log = await LogFixture.OpenAsync();
        await log.Server.RunAsync($"alter role {log.Role} noreplication");
        await AssertNotReadyAsync(log, "ROLE_MAY_NOT_REPLICATE", ErrorKind.PermissionDenied);
    }

    [Theory]
    [InlineData("create table t (id integer not null, v text)", "REPLICA_IDENTITY_MISSING")]
    [InlineData("create table t (id integer primary key deferrable, v text)", "REPLICA_IDENTITY_MISSING")]
    [InlineData("create table t (id integer not null, other integer primary key)", "REPLICA_IDENTITY_MISSING")]
    [InlineData("create table t (id integer primary key) partition by range (id)", "TABLE_NOT_REPLICABLE")]
    [InlineData("create unlogged table t (id integer primary key)", "TABLE_NOT_REPLICABLE")]
    [InlineData("create view t as select 1 as id", "TABLE_NOT_REPLICABLE")]
    public async Task A_table_that_cannot_tell_its_changes_is_told_and_left_alone(string create, string code)
    {
        await using var log = await LogFixture.OpenAsync("", resource: new(StringComparer.Ordinal) { ["key"] = IdKey });
        await log.RunAsync(create);
        await AssertNotReadyAsync(log, code);
    }

    [Fact]
    public async Task A_table_that_is_inherited_from_is_refused()
    {
        await using var log = await LogFixture.OpenAsync();
        await log.RunAsync("create table child (w text) inherits (t)");
        await AssertNotReadyAsync(log, "TABLE_NOT_REPLICABLE");
    }

    [Fact]
    public async Task A_table_that_is_not_there_yet_is_healthy()
    {
        await using var log = await LogFixture.OpenAsync("");
        Assert.True((await log.Connector.CheckAsync(Token)).IsHealthy);
    }

    [Fact]
    public async Task What_is_ready_is_healthy_before_and_after()
    {
        await using var log = await LogFixture.OpenAsync();
        Assert.True((await log.Connector.CheckAsync(Token)).IsHealthy);
        await log.PositionAsync();
        Assert.True((await log.Connector.CheckAsync(Token)).IsHealthy);
    }

    [Fact]
    public async Task The_owner_can_make_the_publication_for_a_role_that_may_not()
    {
        await using var log = await LogFixture.OpenAsync("");
        await log.Server.RunAsync($"create table {log.Role}.t (id integer primary key, v text)");
        await log.Server.RunAsync($"grant select on {log.Role}.t to {log.Role}");
        var fault = await PostgreSqlFixture.FailsAsync(() => log.PositionAsync(), "PUBLICATION_NOT_ALLOWED");
        var name = fault
            .Message.Split(' ')
            .Single(word => word.StartsWith("yyc3_", StringComparison.Ordinal))
            .TrimEnd(';');
        await log.Server.RunAsync($"create publication {name} for table {log.Role}.t");
        var position = await log.PositionAsync();
        await log.Server.RunAsync($"insert into {log.Role}.t values (1, 'a')");
        Assert.Single((await log.ReadToEndAsync(position)).Records);
        await log.Server.RunAsync($"drop publication {name}");
    }

    [Fact]
    public async Task No_free_slot_is_told()
    {
        await using var server = await PostgreSqlServer.StartLogicalAsync("max_replication_slots=1");
        await server.RunAsync("select pg_create_physical_replication_slot('other')");
        await using var log = await LogFixture.OpenAsync(server: server);
        await PostgreSqlFixture.FailsAsync(() => log.PositionAsync(), "NO_REPLICATION_SLOT_FREE");
    }

    [Fact]
    public async Task What_was_made_is_dropped_and_nothing_else()
    {
        await using var log = await LogFixture.OpenAsync();
        await using var other = await LogFixture.OpenAsync();
        var position = await log.PositionAsync();
        await other.PositionAsync();
        var name = await log.SlotAsync();
        Assert.Empty((await log.DropAsync(new { resource = "x" })).GetProperty("dropped").EnumerateArray());
        var dropped = (await log.DropAsync(new { resource = "t" })).GetProperty("dropped").EnumerateArray();
        Assert.Equal([name], dropped.Select(entry => entry.GetString()));
        Assert.Equal(
            "0",
            await log.Server.RunAsync(
                $"select (select count(*) from pg_replication_slots where slot_name = '{name}')"
                    + $" + (select count(*) from pg_publication where pubname = '{name}')"
            )
        );
        Assert.NotEqual(name, await other.SlotAsync());
        await log.AssertLostAsync(position);
        Assert.Equal(
            [name],
            (await log.DropAsync()).GetProperty("dropped").EnumerateArray().Select(entry => entry.GetString())
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_kept_connection_is_given_to_who_needs_one(int poolSize)
    {
        await using var log = await LogFixture.OpenAsync(poolSize: poolSize);
        var cursor = await log.PositionAsync();
        await log.RunAsync("insert into t select g, 'x' from generate_series(1, 20000) g");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var hasMore = true; hasMore; )
        {
            var page = await log.ReadAsync(cursor, 3000);
            ids.UnionWith(page.Records.Select(record => record.Id));
            (cursor, hasMore) = (page.Cursor!, page.HasMore);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => QueryAsync(log.Connector, "select 1")));
            Assert.InRange(log.Connector.PoolUsage.Open, 0, poolSize);
        }

        Assert.Equal(20_000, ids.Count);
    }

    [Fact]
    public async Task A_kept_connection_goes_back_when_nobody_reads_on()
    {
        var clock = new FakeClock();
        await using var log = await LogFixture.OpenAsync(time: clock);
        var position = await WhileTimePassesAsync(clock, log.PositionAsync());
        await log.RunAsync("insert into t select g, 'x' from generate_series(1, 20000) g");
        var page = await WhileTimePassesAsync(clock, log.ReadAsync(position, 10));
        Assert.Equal(1, log.Connector.PoolUsage.InUse);
        clock.Advance(TimeSpan.FromSeconds(31));
        await PostgreSqlFixture.UntilAsync(() => Task.FromResult(log.Connector.PoolUsage.InUse == 0));
        Assert.Equal("0", await log.Server.RunAsync($"select count(*) from pg_cursors"));
        var rest = await WhileTimePassesAsync(clock, log.ReadToEndAsync(page.Cursor!, 7000));
        Assert.Equal(19_990, rest.Records.Count);
    }

    /// <summary>A call may have to wait for transactions of other tests, which takes some of the connector's time.</summary>
    private static async Task<T> WhileTimePassesAsync<T>(FakeClock clock, Task<T> call)
    {
        while (!call.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.WhenAny(call, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
        }

        return await call;
    }

    [Fact]
    public async Task A_connector_that_is_closed_gives_all_connections_back()
    {
        await using var log = await LogFixture.OpenAsync();
        var position = await log.PositionAsync();
        await log.RunAsync("insert into t select g, 'x' from generate_series(1, 20000) g");
        await log.ReadAsync(position, 10);
        await log.Connector.DisposeAsync();
        await PostgreSqlFixture.UntilAsync(async () =>
            await log.Server.RunAsync($"select count(*) from pg_stat_activity where usename = '{log.Role}'") == "0"
        );
        log.Reopen();
    }

    [Theory]
    [InlineData("modifiedAt", "config.records.t.modifiedAt")]
    [InlineData("other", "config.records.t.changes")]
    public async Task A_setting_that_does_not_fit_is_refused(string changes, string field)
    {
        var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
        {
            await using var fixture = new PostgreSqlFixture();
            fixture.Open(
                1,
                settings: PostgreSqlFixture.Settings(
                    ("records", new Dictionary<string, object>(StringComparer.Ordinal) { ["t"] = new { changes } })
                )
            );
        });
        Assert.Equal((ErrorKind.InvalidArgument, field), (fault.Kind, fault.Field));
    }

    private static async Task AssertNotReadyAsync(
        LogFixture log,
        string code,
        ErrorKind kind = ErrorKind.PreconditionFailed
    )
    {
        var fault = await PostgreSqlFixture.FailsAsync(() => log.PositionAsync(), code);
        Assert.Equal((kind, "config.records.t.changes"), (fault.Kind, fault.Field));
        var report = await log.Connector.CheckAsync(Token);
        Assert.False(report.IsHealthy);
        Assert.Equal(code, report.Code);
        Assert.Equal(
            "0",
            await log.Server.RunAsync($"select count(*) from pg_publication_tables where schemaname = '{log.Role}'")
        );
    }
}
