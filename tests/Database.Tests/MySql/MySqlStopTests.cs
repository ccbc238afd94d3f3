using Yyc3.Connectors.MySql;
using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using static Yyc3.Connectors.Database.Tests.MySql.MySqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlStopTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private MySqlFixture? _fixture;

    private MySqlFixture Fixture => _fixture!;

    public async ValueTask InitializeAsync() => _fixture = await CreateAsync();

    public ValueTask DisposeAsync() => Fixture.DisposeAsync();

    [Theory]
    [InlineData("select /* MARK */ count(*) from seq_1_to_100000000000 s where s.seq % 7 = 8")]
    [InlineData("select /* MARK */ sleep(100)")]
    [InlineData("select /* MARK */ benchmark(1000000000000, md5('x'))")]
    [InlineData("select /* MARK */ get_it()")]
    public async Task Stopped_query_is_gone_from_the_server(string text)
    {
        await CreateSlowFunctionAsync();
        var mark = "mark_" + Guid.NewGuid().ToString("N");
        var database = Fixture.Open(poolSize: 2);
        var query = new DbStatement(text.Replace("MARK", mark, StringComparison.Ordinal));
        using var caller = new CancellationTokenSource();
        var cancelled = ReadAsync(database, query, caller.Token);
        await UntilAsync(() => RunningAsync(mark), count => count == 1);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Patience));
        Assert.Equal(0, await RunningAsync(mark));
        var late = await FailsAsync(() =>
            ReadAsync(database, query with { Timeout = TimeSpan.FromMilliseconds(100) }, default).WaitAsync(Patience)
        );
        Assert.Equal("QUERY_TIMEOUT", late.Code);
        Assert.Equal(0, await RunningAsync(mark));
        Assert.Single(await QueryAsync(database, "select 1"));
    }

    [Fact]
    public async Task Reader_disposed_early_leaves_nothing_running_and_keeps_its_connection()
    {
        var mark = "mark_" + Guid.NewGuid().ToString("N");
        var database = Fixture.Open(poolSize: 1);
        var before = (await QueryAsync(database, "select connection_id()"))[0][0];

        var reader = await database.QueryAsync(
            new DbStatement($"select /* {mark} */ seq, repeat('x', 1000) from seq_1_to_2000000000"),
            default
        );
        Assert.True(await reader.ReadAsync(default));
        await reader.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Equal(0, await RunningAsync(mark));
        Assert.Equal(before, (await QueryAsync(database, "select connection_id()"))[0][0]);
    }

    [Fact]
    public async Task Command_that_waits_for_a_lock_is_stopped_and_undone()
    {
        var database = Fixture.Open();
        await ExecuteAsync(database, "create table t (a int primary key, b int)");
        await ExecuteAsync(database, "insert into t values (1, 1), (2, 2)");
        await using var holder = await Fixture.OpenSource().OpenConnectionAsync(default);
        holder.BeginTransaction(readOnly: false);
        await holder.CreateCommand("update t set b = 5 where a = 2").ExecuteNonQueryAsync();

        var error = await FailsAsync(() =>
            database
                .ExecuteAsync(
                    new DbStatement("update t set b = 9") { Timeout = TimeSpan.FromMilliseconds(200) },
                    default
                )
                .AsTask()
                .WaitAsync(Patience)
        );

        Assert.Equal((ErrorKind.Timeout, "QUERY_TIMEOUT"), (error.Kind, error.Code));
        Assert.Equal(DbValue.From(1), (await QueryAsync(database, "select b from t where a = 1"))[0][0]);
        await ExecuteAsync(database, "update t set b = 7 where a = 1");
    }

    [Fact]
    public async Task Servers_own_limit_ends_a_statement_that_nobody_stops()
    {
        await using var connection = await Fixture.OpenSource().OpenConnectionAsync(default);
        connection.LimitTime(TimeSpan.FromMilliseconds(10));

        var error = await Assert.ThrowsAsync<MySqlException>(() =>
            connection
                .CreateCommand("select count(*) from seq_1_to_100000000000 s where s.seq % 7 = 8")
                .ExecuteNonQueryAsync()
                .WaitAsync(Patience)
        );

        Assert.Equal(1969, error.Number);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task Stop_reaches_the_server_though_the_last_ones_connection_has_died(int pingAfterSeconds)
    {
        await using var relay = new SilentRelay(Fixture.Server.Port);
        var source = Fixture.OpenSource(options =>
            options with
            {
                Port = relay.Port,
                PingAfter = TimeSpan.FromSeconds(pingAfterSeconds),
                StopTimeout = TimeSpan.FromSeconds(4),
            }
        );
        await using var connection = await source.OpenConnectionAsync(default);
        for (var round = 0; round < 3; round++)
        {
            var ended = new TaskCompletionSource();
            var running = connection
                .CreateCommand("select count(*) from seq_1_to_100000000000 s where s.seq % 7 = 8")
                .ExecuteNonQueryAsync();

            var stopping = source.StopAsync(connection, ended.Task);

            var end = await Assert.ThrowsAsync<MySqlException>(() => running.WaitAsync(Patience));
            Assert.Equal(1317, end.Number);
            ended.SetResult();
            await stopping;
            Assert.False(connection.IsBroken);
            relay.CutOff(1);
        }

        Assert.Equal(pingAfterSeconds == 0 ? 0 : 2, relay.AskedInVain);
    }

    [Fact]
    public async Task Stop_reaches_a_server_that_takes_no_more_connections_of_the_user()
    {
        var user = "u_" + Guid.NewGuid().ToString("N")[..8];
        await Fixture.Server.RunAsync(
            $"CREATE USER {user}@'%' IDENTIFIED BY 'pw' WITH MAX_USER_CONNECTIONS 1; GRANT ALL ON {Fixture.Database}.* TO {user}@'%'"
        );
        var database = Fixture.Open(poolSize: 2, credentials: Credentials(user, "pw"));
        var slow = new DbStatement("select count(*) from seq_1_to_100000000000 s where s.seq % 7 = 8")
        {
            Timeout = TimeSpan.FromMilliseconds(100),
        };

        var error = await FailsAsync(() => ReadAsync(database, slow, default).WaitAsync(Patience));
        Assert.Equal("QUERY_TIMEOUT", error.Code);

        // The connection that is left to the server ends by the server's own limit; then the next can come.
        await UntilAsync(
            async () => (await database.CheckAsync(default)).Code,
            code => code is null || Assert.IsType<string>(code) != "TOO_MANY_CONNECTIONS"
        );
    }

    private static async Task ReadAsync(MySqlConnector database, DbStatement statement, CancellationToken token)
    {
        await using var reader = await database.QueryAsync(statement, token);
        while (await reader.ReadAsync(token))
        {
            // Only the end matters.
        }
    }

    private static async Task UntilAsync<T>(Func<Task<T>> look, Predicate<T> isThere)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!isThere(await look()))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }

    private Task<string> CreateSlowFunctionAsync() =>
        Fixture.Server.RunAsync(
            $"CREATE FUNCTION {Fixture.Database}.get_it() RETURNS INT RETURN (SELECT COUNT(*) FROM seq_1_to_100000000000 s WHERE s.seq % 7 = 8)"
        );

    private async Task<int> RunningAsync(string mark) =>
        int.Parse(
            await Fixture.Server.RunAsync(
                $"SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%{mark}%' AND id <> CONNECTION_ID()"
            ),
            System.Globalization.CultureInfo.InvariantCulture
        );
}
