using Yyc3.Connectors.MySql;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Database.Tests.MySql.MySqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlCommandTests : IAsyncLifetime
{
    private MySqlFixture? _fixture;
    private MySqlConnector? _database;

    private MySqlFixture Fixture => _fixture!;

    private MySqlConnector Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateAsync();
        _database = _fixture.Open();
        await ExecuteAsync(
            Database,
            "create table t (id int auto_increment primary key, name varchar(50) unique, n int)"
        );
        await ExecuteAsync(Database, "insert into t (id, name, n) values (10, 'old', 1)");
    }

    public ValueTask DisposeAsync() => Fixture.DisposeAsync();

    [Theory]
    [InlineData("insert into t (name) values ('new')", 1, "11")]
    [InlineData("insert into t (name) values ('x'), ('y')", 2, "11")]
    [InlineData("insert ignore into t (name) values ('old')", 0, null)]
    [InlineData("replace into t (name) values ('old')", 2, "11")]
    [InlineData("insert into t (name) values ('new') returning concat('key-', id), name", 1, "key-11")]
    [InlineData("insert into t (name) select concat('n', seq) from seq_1_to_3", 3, "11")]
    [InlineData("update t set n = 1", 1, null)]
    [InlineData("update t set n = 2 where id = 99", 0, null)]
    [InlineData("delete from t returning id", 1, null)]
    [InlineData("with c as (select 10 as id) select * from c", 0, null)]
    [InlineData("select * from t", 0, null)]
    [InlineData("create table more as select * from t", 0, null)]
    [InlineData("create or replace view v as select 1", 0, null)]
    [InlineData("create unique index i on t (n)", 0, null)]
    [InlineData("create trigger g before insert on t for each row set new.n = 5", 0, null)]
    [InlineData("alter table t add m int", 0, null)]
    [InlineData("rename table t to u", 0, null)]
    [InlineData("truncate t", 0, null)]
    [InlineData("analyze table t", 0, null)]
    [InlineData("drop table t", 0, null)]
    public async Task Command_tells_rows_and_key(string command, long affected, string? key) =>
        Assert.Equal(new ExecuteResult(affected, key), await ExecuteAsync(Database, command));

    [Fact]
    public async Task Definition_works_again_after_a_command_and_the_other_way_round()
    {
        for (var round = 0; round < 5; round++)
        {
            await ExecuteAsync(Database, "create table more (a int)");
            await ExecuteAsync(Database, "insert into more values (1)");
            await ExecuteAsync(Database, "drop table more");
        }
    }

    [Fact]
    public async Task Definition_in_a_batch_is_refused_by_field_before_anything_runs()
    {
        var error = await FailsAsync(() =>
            Database.ExecuteBatchAsync([new("delete from t"), new("create table more (a int)")], default).AsTask()
        );

        Assert.Equal((ErrorKind.InvalidArgument, "statements[1].command"), (error.Kind, error.Field));
        Assert.Single(await QueryAsync(Database, "select * from t"));
    }

    [Fact]
    public async Task Temporary_table_serves_its_batch()
    {
        var results = await Database.ExecuteBatchAsync(
            [
                new("create temporary table temp as select id from t"),
                new("insert into t (name, n) select 'copy', id from temp"),
                new("drop temporary table temp"),
            ],
            default
        );

        Assert.Equal("11", results[1].InsertId);
    }

    [Fact]
    public async Task Procedure_with_a_transaction_of_its_own_is_called()
    {
        await Fixture.Server.RunAsync(
            $"""
            DELIMITER //
            CREATE PROCEDURE {Fixture.Database}.p(x INT)
            BEGIN
                SELECT 1; SELECT 2, 3;
                START TRANSACTION;
                UPDATE t SET n = x;
                COMMIT;
            END//
            """
        );

        await ExecuteAsync(Database, "call p(:x)", ("x", DbValue.From(77)));

        Assert.Equal(DbValue.From(77), (await QueryAsync(Database, "select n from t"))[0][0]);
        Assert.Equal("READ_ONLY", (await FailsAsync(() => QueryAsync(Database, "call p(1)"))).Code);
    }

    [Fact]
    public async Task Procedure_with_a_transaction_of_its_own_may_stand_anywhere_in_a_batch()
    {
        await CreateProcedureAsync("p(x INT) BEGIN START TRANSACTION; UPDATE t SET n = x; COMMIT; END");

        await Database.ExecuteBatchAsync([new("insert into t (name) values ('new')"), new("call p(5)")], default);

        Assert.Equal(["5", "5"], (await QueryAsync(Database, "select n from t")).Select(row => row[0].ToString()));
    }

    [Fact]
    public async Task Sql_mode_that_a_procedure_sets_does_not_change_how_the_rest_of_a_batch_is_read()
    {
        await CreateProcedureAsync("p() BEGIN SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'; END");

        await Database.ExecuteBatchAsync(
            [new("call p()"), new("insert into t (name) values (concat('it\\'s ', \"double\"))")],
            default
        );

        Assert.Single(await QueryAsync(Database, "select 1 from t where name = \"it's double\""));
    }

    [Fact]
    public async Task Call_whose_value_is_refused_is_not_made_again()
    {
        await ExecuteAsync(Database, "create table moments (a datetime)");
        await CreateProcedureAsync(
            "p(x TEXT) BEGIN UPDATE t SET n = n + 1; COMMIT; INSERT INTO moments VALUES (x); END"
        );

        var error = await FailsAsync(() =>
            ExecuteAsync(Database, "call p(:x)", ("x", DbValue.From("2024-01-01T01:30:00+05:30")))
        );

        Assert.Equal((ErrorKind.InvalidArgument, "command"), (error.Kind, error.Field));
        Assert.Equal(DbValue.From(2), (await QueryAsync(Database, "select n from t"))[0][0]);
    }

    [Fact]
    public async Task Instant_is_taken_by_a_statement_that_is_too_long_to_be_kept()
    {
        await ExecuteAsync(Database, "create table moments (a datetime)");

        await ExecuteAsync(
            Database,
            $"insert into moments /* {new string('x', 20_000)} */ values (:x)",
            ("x", DbValue.From("2024-01-01T01:30:00+05:30"))
        );

        var row = Assert.Single(await QueryAsync(Database, "select a from moments"));
        Assert.Equal("2023-12-31T20:00:00.0000000+00:00", row[0].ToString());
    }

    [Fact]
    public async Task Write_hidden_in_a_function_is_refused_in_a_query()
    {
        await Fixture.Server.RunAsync(
            $"""
            DELIMITER //
            USE {Fixture.Database}//
            CREATE FUNCTION writes() RETURNS INT BEGIN UPDATE t SET n = 99; RETURN 1; END//
            CREATE FUNCTION frees() RETURNS INT BEGIN SET SESSION TRANSACTION READ WRITE; RETURN 1; END//
            CREATE SEQUENCE s//
            """
        );
        foreach (
            var text in new[]
            {
                "select writes()",
                "select frees(), writes()",
                "select nextval(s)",
                "select next value for s",
                "select setval(s, 50)",
            }
        )
        {
            var error = await FailsAsync(() => QueryAsync(Database, text));
            Assert.Equal(("READ_ONLY", "query"), (error.Code, error.Field));
        }

        await QueryAsync(Database, "select frees()");
        await FailsAsync(() => QueryAsync(Database, "select writes()"));
        Assert.Equal(DbValue.From(1), (await QueryAsync(Database, "select n from t"))[0][0]);
        Assert.Equal(1, (await ExecuteAsync(Database, "insert into t (n) values (nextval(s))")).AffectedRows);
    }

    [Theory]
    [InlineData("show tables")]
    [InlineData("show create table t")]
    [InlineData("describe t")]
    [InlineData("explain select * from t")]
    [InlineData("(select 1) union (select 2)")]
    [InlineData("values (1), (2)")]
    [InlineData("select `into` from (select 1 as `into`) x")]
    [InlineData("select 'into outfile', \"get_lock\" -- into\n /* into */ # into")]
    [InlineData("with recursive c(i) as (select 1 union all select i + 1 from c where i < 3) select * from c")]
    public async Task Reading_statement_is_run(string text) => Assert.NotEmpty(await QueryAsync(Database, text));

    [Fact]
    public async Task Errors_are_told_by_number()
    {
        await ExecuteAsync(
            Database,
            "create table c (t int not null, foreign key (t) references t(id), check (t < 1000))"
        );
        (string Command, ErrorKind Kind, string Code)[] cases =
        [
            ("insert into t (name) values ('old')", ErrorKind.AlreadyExists, "UNIQUE_VIOLATION"),
            ("insert into c values (null)", ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION"),
            ("insert into c () values ()", ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION"),
            ("insert into c values (5)", ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION"),
            ("insert into c values (5000)", ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION"),
            ("insert into t (n) values ('x')", ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
            ("insert into t (name) values (repeat('x', 60))", ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
            ("insert into t (n) values (99999999999)", ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
            ("create table t (a int)", ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
            ("call nothing()", ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
            ("insert into t values (1)", ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
        ];
        foreach (var (command, kind, code) in cases)
        {
            var error = await FailsAsync(() => ExecuteAsync(Database, command));
            Assert.True(
                (kind, code) == (error.Kind, error.Code),
                $"{command}: {error.Kind} {error.Code} {error.InnerException}"
            );
        }
    }

    [Fact]
    public async Task Lock_held_for_too_long_is_a_conflict()
    {
        await ExecuteAsync(Database, "insert into t (id, name) values (20, 'other')");
        await using var holder = await Fixture.OpenSource().OpenConnectionAsync(default);
        holder.BeginTransaction(readOnly: false);
        await holder.CreateCommand("update t set n = 5 where id = 10").ExecuteNonQueryAsync();
        await Fixture.Server.RunAsync("SET GLOBAL innodb_lock_wait_timeout = 1");
        try
        {
            // A new connection takes the server's new setting.
            var error = await FailsAsync(() => ExecuteAsync(Fixture.Open(), "update t set n = 6 where id = 10"));
            Assert.Equal((ErrorKind.Conflict, "LOCK_TIMEOUT"), (error.Kind, error.Code));
        }
        finally
        {
            await Fixture.Server.RunAsync("SET GLOBAL innodb_lock_wait_timeout = 50");
        }
    }

    [Fact]
    public async Task Missing_right_and_full_server_are_told()
    {
        var user = "u_" + Guid.NewGuid().ToString("N")[..8];
        await Fixture.Server.RunAsync(
            $"CREATE USER {user}@'%' IDENTIFIED BY 'pw' WITH MAX_USER_CONNECTIONS 1; GRANT SELECT ON {Fixture.Database}.* TO {user}@'%'; "
                + $"CREATE USER r{user}@'%' IDENTIFIED BY 'pw'; GRANT SELECT ON {Fixture.Database}.* TO r{user}@'%'"
        );
        var reading = Fixture.Open(credentials: Credentials("r" + user, "pw"));
        var limited = Fixture.Open(credentials: Credentials(user, "pw"));

        // MariaDB no longer counts a connection once it has been reset, so the limit is met with the first two.
        var reader = await limited.QueryAsync(new DbStatement("select seq from seq_1_to_1000000"), default);
        var error = await FailsAsync(() => QueryAsync(limited, "select 1"));
        await reader.DisposeAsync();
        Assert.Equal(ErrorKind.PermissionDenied, (await FailsAsync(() => ExecuteAsync(reading, "delete from t"))).Kind);
        Assert.Equal((ErrorKind.Throttled, "TOO_MANY_CONNECTIONS"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task Server_set_to_read_only_is_told()
    {
        await using var server = await MariaDbServer.StartAsync();
        await using var fixture = await CreateAsync(server);
        var user = "u_" + Guid.NewGuid().ToString("N")[..8];
        await server.RunAsync(
            $"CREATE TABLE {fixture.Database}.t (a INT); CREATE USER {user}@'%' IDENTIFIED BY 'pw'; "
                + $"GRANT ALL ON {fixture.Database}.* TO {user}@'%'; SET GLOBAL read_only = 1"
        );

        var error = await FailsAsync(() =>
            ExecuteAsync(fixture.Open(credentials: Credentials(user, "pw")), "insert into t values (1)")
        );

        Assert.True(error.Code == "SERVER_READ_ONLY", error.ToString());
        Assert.Equal(ErrorKind.PreconditionFailed, error.Kind);
    }

    private Task<string> CreateProcedureAsync(string definition) =>
        Fixture.Server.RunAsync($"DELIMITER //\nCREATE PROCEDURE {Fixture.Database}.{definition}//");
}
