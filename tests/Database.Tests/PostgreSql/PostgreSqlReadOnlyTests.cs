using static Yyc3.Connectors.Database.Tests.PostgreSql.PostgreSqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

/// <summary>What a statement could leave behind: for the database, and for the next one on its connection.</summary>
public sealed class PostgreSqlReadOnlyTests : IAsyncDisposable
{
    private static readonly Dictionary<string, object> OneConnection = Settings(("poolSize", 1));

    private readonly PostgreSqlFixture _fixture = new();

    [Fact]
    public async Task Large_object_that_the_server_lets_a_query_make_is_undone()
    {
        var database = await _fixture.OpenAsync();

        var made = (await QueryAsync(database, "select lo_create(0) as id"))[0][0];

        Assert.Empty(await QueryAsync(database, "select 1 from pg_largeobject_metadata where oid = :id", ("id", made)));
    }

    [Theory]
    [InlineData(
        "a function that writes",
        "create function f() returns int language sql as 'delete from t returning a'"
    )]
    [InlineData(
        "one that tries to switch",
        "create function f() returns int language plpgsql as $$ begin set transaction read write; delete from t; "
            + "return 1; end $$"
    )]
    [InlineData(
        "one that tries by a setting",
        "create function f() returns int language plpgsql as $$ begin "
            + "perform set_config('transaction_read_only', 'off', false); delete from t; return 1; end $$"
    )]
    public async Task Function_called_by_a_query_cannot_write(string kind, string function)
    {
        var database = await _fixture.OpenAsync();
        await ExecuteAsync(database, "create table t (a integer)");
        await ExecuteAsync(database, "insert into t values (1)");
        await ExecuteAsync(database, function);

        for (var run = 0; run < 3; run++)
        {
            await FailsAsync(() => QueryAsync(database, "select f()"), "READ_ONLY");
        }

        Assert.True((await QueryAsync(database, "select a from t")).Count == 1, kind);
    }

    [Fact]
    public async Task Locks_settings_roles_and_temporary_tables_do_not_reach_the_next_statement()
    {
        var database = await _fixture.OpenAsync(OneConnection);
        const string State =
            "select (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()), "
            + "current_setting('search_path'), current_setting('work_mem'), current_user = session_user, "
            + "coalesce(current_setting('a.b', true), ''), to_regclass('temporary') is null, "
            + "current_setting('statement_timeout'), current_setting('transaction_read_only'), pg_backend_pid()";
        var clean = (await QueryAsync(database, State))[0];

        foreach (
            var change in new[]
            {
                "select pg_advisory_lock(7), pg_advisory_lock_shared(8)",
                "select set_config('search_path', 'pg_catalog', false), set_config('work_mem', '1MB', false)",
                "select set_config('a.b', 'c', false), set_config('statement_timeout', '1', false)",
                "select set_config('default_transaction_read_only', 'on', false)",
            }
        )
        {
            await QueryAsync(database, change);
            Assert.Equal(clean, (await QueryAsync(database, State))[0]);
            await ExecuteAsync(database, change);
            Assert.Equal(clean, (await QueryAsync(database, State))[0]);
        }

        foreach (
            var command in new[]
            {
                "create temp table temporary (a integer)",
                "do $$ begin execute 'set search_path = pg_catalog'; execute 'listen c'; end $$",
                "do $$ declare c cursor with hold for select 1; begin open c; end $$",
            }
        )
        {
            await Record.ExceptionAsync(() => ExecuteAsync(database, command));
            Assert.Equal(clean, (await QueryAsync(database, State))[0]);
        }

        Assert.Empty(await QueryAsync(database, "select * from pg_listening_channels()"));
        await FailsAsync(() => QueryAsync(database, "select pg_advisory_lock(9), 1/0"), "INVALID_ARGUMENT");
        Assert.Equal(clean, (await QueryAsync(database, State))[0]);
    }

    [Fact]
    public async Task Idle_connection_holds_nothing()
    {
        var role = await PostgreSqlServers.NewRoleAsync();
        var server = await PostgreSqlServers.SharedAsync();
        var database = _fixture.Open(server, role);
        Task<string> LocksAsync() =>
            server.RunAsync("select count(*) from pg_locks where locktype = 'advisory' and objid in (1000, 1001)");

        for (var run = 0; run < 3; run++)
        {
            await QueryAsync(database, "select pg_advisory_lock(1000), 1");
            Assert.Equal("0", await LocksAsync());
            await QueryAsync(database, "select pg_try_advisory_lock(1000)");
            Assert.Equal("0", await LocksAsync());
        }

        await ExecuteAsync(database, "select pg_advisory_lock(1001)");
        Assert.Equal("0", await LocksAsync());
        Assert.Equal(
            "idle",
            await server.RunAsync($"select distinct state from pg_stat_activity where usename = '{role}'")
        );
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
