using System.Globalization;
using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using static Yyc3.Connectors.Database.Tests.MySql.MySqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlPoolTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private MySqlFixture? _fixture;

    private MySqlFixture Fixture => _fixture!;

    public async ValueTask InitializeAsync() => _fixture = await CreateAsync();

    public ValueTask DisposeAsync() => Fixture.DisposeAsync();

    [Fact]
    public async Task Pool_never_opens_more_connections_than_it_may()
    {
        var database = Fixture.Open(poolSize: 3);
        var readers = new List<RowReader>();
        for (var index = 0; index < 3; index++)
        {
            readers.Add(await database.QueryAsync(new DbStatement("select seq from seq_1_to_2000000000"), default));
        }

        var waiting = QueryAsync(database, "select connection_id()");
        Assert.Equal(new PoolUsage(3, 3, 1, 3), database.PoolUsage);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(3, await SessionsAsync());

        await readers[0].DisposeAsync();
        Assert.Single(await waiting.WaitAsync(Patience));
        await readers[1].DisposeAsync();
        await readers[2].DisposeAsync();
        Assert.Equal(new PoolUsage(3, 0, 0, 3), database.PoolUsage);

        await database.DisposeAsync();
        await UntilNoSessionAsync();
        Assert.Equal(0, database.PoolUsage.Open);
    }

    [Fact]
    public async Task Waiting_for_a_connection_ends_at_the_timeout()
    {
        var database = Fixture.Open(poolSize: 1);
        await using var reader = await database.QueryAsync(
            new DbStatement("select seq from seq_1_to_2000000000"),
            default
        );

        var error = await FailsAsync(() =>
            database
                .QueryAsync(new DbStatement("select 1") { Timeout = TimeSpan.FromMilliseconds(100) }, default)
                .AsTask()
                .WaitAsync(Patience)
        );

        Assert.Equal("QUERY_TIMEOUT", error.Code);
        Assert.Equal(0, database.PoolUsage.Waiting);
    }

    [Fact]
    public async Task Nothing_of_one_caller_is_left_to_the_next()
    {
        var database = Fixture.Open(poolSize: 1);
        await Fixture.Server.RunAsync(
            $"""
            USE {Fixture.Database};
            CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT);
            CREATE FUNCTION takes_lock() RETURNS INT RETURN GET_LOCK('yyc3', 0);
            CREATE FUNCTION sets_variable() RETURNS INT RETURN (@a := 5);
            CREATE VIEW hidden_lock AS SELECT takes_lock() AS a;
            """
        );
        await Fixture.Server.RunAsync(
            $"""
            DELIMITER //
            CREATE PROCEDURE {Fixture.Database}.leaves_everything()
            BEGIN
                SET @a = 5;
                SET SESSION time_zone = '+05:00', SESSION sql_mode = 'ANSI', SESSION tx_read_only = 0;
                CREATE TEMPORARY TABLE temp (a INT);
                INSERT INTO t (a) VALUES (1);
                DO GET_LOCK('yyc3', 0);
            END//
            """
        );
        await QueryAsync(database, "select connection_id()");
        Func<Task>[] uses =
        [
            () => QueryAsync(database, "select @a := 5"),
            () => QueryAsync(database, "select takes_lock(), sets_variable()"),
            () => QueryAsync(database, "select takes_lock()"),
            () => QueryAsync(database, "select a from hidden_lock"),
            () => ExecuteAsync(database, "call leaves_everything()"),
            () => ExecuteAsync(database, "create temporary table temp (a int)"),
            () => ExecuteAsync(database, "insert into t (a) values (@a := 5)"),
            () => ExecuteAsync(database, "do get_lock('yyc3', 0)"),
        ];
        foreach (var use in uses)
        {
            await use();

            var row = Assert.Single(
                await QueryAsync(
                    database,
                    "select @a, @@time_zone, @@tx_read_only, last_insert_id(), is_free_lock('yyc3'), \"text\", connection_id()"
                )
            );
            Assert.Equal(DbValue.Null, row[0]);
            Assert.Equal("+00:00", row[1].AsText());
            Assert.Equal((1, 0, 1), (row[2].AsInt64(), row[3].AsInt64(), row[4].AsInt64()));
            Assert.Equal("text", row[5].AsText());
            await FailsAsync(() => QueryAsync(database, "select * from temp"));
        }

        // All the while on one connection.
        Assert.Equal(1, database.PoolUsage.Open);
    }

    [Fact]
    public async Task Compiled_statements_of_a_connection_are_bounded()
    {
        var source = Fixture.OpenSource(options => options with { StatementCacheSize = 5 });
        await using var connection = await source.OpenConnectionAsync(default);
        for (var index = 0; index < 50; index++)
        {
            await RunCompiledAsync(connection, string.Create(CultureInfo.InvariantCulture, $"select {index} + ?"));
        }

        await RunCompiledAsync(connection, $"select ? /* {new string('x', 20_000)} */");

        Assert.Equal(5, connection.Statements.Count);
        Assert.Equal(51, await StatusAsync(connection, "Com_stmt_prepare"));
        Assert.Equal(46, await StatusAsync(connection, "Com_stmt_close"));
    }

    [Fact]
    public async Task Same_statement_is_compiled_once()
    {
        await using var connection = await Fixture.OpenSource().OpenConnectionAsync(default);
        for (var round = 0; round < 20; round++)
        {
            await RunCompiledAsync(connection, "select ?");
        }

        Assert.Equal(1, await StatusAsync(connection, "Com_stmt_prepare"));
        Assert.Equal(20, await StatusAsync(connection, "Com_stmt_execute"));
    }

    [Fact]
    public async Task Compiled_statement_survives_a_change_of_its_table()
    {
        var database = Fixture.Open(poolSize: 1);
        await ExecuteAsync(database, "create table t (a int)");
        await ExecuteAsync(database, "insert into t values (1)");
        Assert.Single((await QueryAsync(database, "select * from t"))[0]);

        await Fixture.Server.RunAsync(
            $"ALTER TABLE {Fixture.Database}.t ADD b VARCHAR(10) DEFAULT 'new', MODIFY a BIGINT"
        );

        var row = (await QueryAsync(database, "select * from t"))[0];
        Assert.Equal((DbValue.From(1), DbValue.From("new")), (row[0], row[1]));
    }

    [Fact]
    public async Task Connections_that_the_server_has_ended_are_not_given_out()
    {
        var database = Fixture.Open(poolSize: 4);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => QueryAsync(database, "select sleep(0.1)")));
        Assert.Equal(4, database.PoolUsage.Open);
        var ids = await Fixture.Server.RunAsync(
            $"SELECT id FROM information_schema.processlist WHERE db = '{Fixture.Database}'"
        );
        foreach (var id in ids.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await Fixture.Server.RunAsync($"KILL {id}");
        }

        await UntilNoSessionAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => QueryAsync(database, "select 1")));
    }

    [Fact]
    public async Task Connection_idle_for_long_is_asked_before_it_is_used()
    {
        var source = Fixture.OpenSource(options => options with { MaximumPoolSize = 1, PingAfter = TimeSpan.Zero });
        await (await source.OpenConnectionAsync(default)).DisposeAsync();
        await using var connection = await source.OpenConnectionAsync(default);

        Assert.Equal(1, await StatusAsync(connection, "Com_admin_commands"));
    }

    [Fact]
    public async Task Connections_that_died_in_silence_cost_one_question()
    {
        await using var relay = new SilentRelay(Fixture.Server.Port);
        var source = Fixture.OpenSource(options =>
            options with
            {
                Port = relay.Port,
                PingAfter = TimeSpan.Zero,
                StopTimeout = TimeSpan.FromMilliseconds(500),
            }
        );
        var connections = new List<MySqlConnection>();
        for (var index = 0; index < 5; index++)
        {
            connections.Add(await source.OpenConnectionAsync(default));
        }

        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }

        Assert.Equal(5, source.Usage.Open);
        relay.CutOff(5);

        await using var fresh = await source.OpenConnectionAsync(default);

        await RunCompiledAsync(fresh, "select ?");
        Assert.Equal(1, relay.AskedInVain);
        Assert.Equal(1, source.Usage.Open);
    }

    [Fact]
    public async Task Caller_who_gives_up_during_the_question_costs_no_other_connection()
    {
        await using var relay = new SilentRelay(Fixture.Server.Port);
        var source = Fixture.OpenSource(options => options with { Port = relay.Port, PingAfter = TimeSpan.Zero });
        var first = await source.OpenConnectionAsync(default);
        var last = await source.OpenConnectionAsync(default);
        await first.DisposeAsync();
        await last.DisposeAsync();
        relay.CutOff(1);
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            source.OpenConnectionAsync(caller.Token).AsTask()
        );

        await using var kept = await source.OpenConnectionAsync(default);
        Assert.Same(first, kept);
    }

    private static async Task<long> StatusAsync(MySqlConnection connection, string name)
    {
        var reader = await connection.CreateCommand($"show session status like '{name}'").ExecuteReaderAsync();
        await reader.ReadAsync();
        var value = long.Parse(reader.GetValue(1).AsText(), CultureInfo.InvariantCulture);
        await reader.DrainAsync();
        return value;
    }

    private static async Task RunCompiledAsync(MySqlConnection connection, string text)
    {
        var command = connection.CreateCommand(text);
        await command.PrepareAsync();
        command.Parameters = [DbValue.From(1)];
        await command.ExecuteNonQueryAsync();
    }

    private async Task<int> SessionsAsync() =>
        int.Parse(
            await Fixture.Server.RunAsync(
                $"SELECT COUNT(*) FROM information_schema.processlist WHERE db = '{Fixture.Database}'"
            ),
            CultureInfo.InvariantCulture
        );

    private async Task UntilNoSessionAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (await SessionsAsync() > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }
}
