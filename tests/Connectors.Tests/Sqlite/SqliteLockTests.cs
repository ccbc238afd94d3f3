using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sqlite;
using Yyc3.Connectors.Testing;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

public sealed class SqliteLockTests : IAsyncDisposable
{
    private const string Endless =
        "with recursive c(i) as (select 1 union all select i + 1 from c) select count(*) from c";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly SqliteFixture _fixture = new();

    [Fact]
    public async Task Lock_of_another_process_is_a_conflict_that_may_be_tried_again()
    {
        await using var database = new SqliteDatabase(
            new SqliteOptions(_fixture.File) { BusyTimeout = TimeSpan.FromMilliseconds(250) },
            TimeProvider.System
        );
        await ExecuteAsync(database, "create table t (a)");
        using var outside = _fixture.OpenOutside();
        outside.Run("BEGIN IMMEDIATE");

        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            ExecuteAsync(database, "insert into t values (1)")
        );

        Assert.Equal((ErrorKind.Conflict, "DATABASE_BUSY"), (error.Kind, error.Code));
        Assert.Empty(await QueryAsync(database, "select * from t"));
        outside.Run("COMMIT");
        Assert.Equal(1, (await ExecuteAsync(database, "insert into t values (1)")).AffectedRows);
    }

    [Fact]
    public async Task Waiting_for_a_lock_ends_at_the_timeout_or_with_the_caller()
    {
        var database = _fixture.Open();
        await ExecuteAsync(database, "create table t (a)");
        using var outside = _fixture.OpenOutside();
        outside.Run("BEGIN IMMEDIATE");
        var insert = new DbStatement("insert into t values (1)") { Timeout = TimeSpan.FromMilliseconds(150) };
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(150));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => database.ExecuteAsync(insert, default).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            database.ExecuteAsync(insert with { Timeout = null }, caller.Token).AsTask()
        );

        Assert.Equal("QUERY_TIMEOUT", error.Code);
        outside.Run("ROLLBACK");
        Assert.Equal(1, (await ExecuteAsync(database, "insert into t values (1)")).AffectedRows);
    }

    [Fact]
    public async Task Two_integrations_may_share_a_file()
    {
        var first = _fixture.Open();
        var second = _fixture.Open();
        await ExecuteAsync(first, "create table t (a integer)");

        await Parallel.ForAsync(
            0,
            100,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (index, _) =>
                await ExecuteAsync(
                    index % 2 == 0 ? first : second,
                    "insert into t values (:a)",
                    ("a", DbValue.From(index))
                )
        );

        Assert.Equal(DbValue.From(100), (await QueryAsync(second, "select count(distinct a) from t"))[0][0]);
    }

    [Fact]
    public async Task Timeout_is_taken_from_the_hosts_clock()
    {
        var clock = new FakeClock();
        await using var fixture = new SqliteFixture(clock);
        var database = fixture.Open();
        await QueryAsync(database, "select 1");
        var query = database
            .QueryAsync(new DbStatement(Endless) { Timeout = TimeSpan.FromSeconds(30) }, default)
            .AsTask();

        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(query.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => query.WaitAsync(Patience));
        Assert.Equal((ErrorKind.Timeout, "QUERY_TIMEOUT"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task Waiting_for_a_connection_ends_with_the_caller()
    {
        var database = _fixture.Open();
        using var stop = new CancellationTokenSource();
        var busy = Enumerable
            .Range(0, 8)
            .Select(_ => database.QueryAsync(new DbStatement(Endless), stop.Token).AsTask())
            .ToList();
        using var caller = new CancellationTokenSource();
        var waiting = database.QueryAsync(new DbStatement("select 1"), caller.Token).AsTask();
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(busy).WaitAsync(Patience));
        Assert.Single(await QueryAsync(database, "select 1"));
    }

    [Fact]
    public async Task Long_queries_leave_the_thread_pool_room_to_work()
    {
        var database = _fixture.Open();
        using var stop = new CancellationTokenSource();
        var busy = Enumerable
            .Range(0, 200)
            .Select(_ => database.QueryAsync(new DbStatement(Endless), stop.Token).AsTask())
            .ToList();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => { }))).WaitAsync(Patience);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(busy).WaitAsync(Patience));
    }

    [Fact]
    public async Task Reader_that_is_open_while_the_connector_closes_does_no_harm()
    {
        var database = _fixture.Open();
        var reader = await database.QueryAsync(
            new DbStatement("with recursive c(i) as (select 1 union all select i + 1 from c) select i from c"),
            default
        );
        await reader.ReadAsync(default);

        await database.DisposeAsync();
        for (var row = 0; row < 2000; row++)
        {
            Assert.True(await reader.ReadAsync(default));
        }

        await reader.DisposeAsync();
        Assert.Equal([_fixture.File], Directory.GetFiles(_fixture.Harness.DataDirectory, "*.db"));
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
