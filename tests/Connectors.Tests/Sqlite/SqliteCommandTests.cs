using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

public sealed class SqliteCommandTests : IAsyncDisposable
{
    private readonly SqliteFixture _fixture = new();

    [Theory]
    [InlineData("insert into t (name) values ('new')", 1, "11")]
    [InlineData("insert into t (name) values ('x'), ('y')", 2, "12")]
    [InlineData("replace into t (name) values ('old')", 1, "11")]
    [InlineData("insert or replace into t (name) values ('old')", 1, "11")]
    [InlineData("insert or ignore into t (name) values ('old')", 0, null)]
    [InlineData("insert into t (name) values ('old') on conflict (name) do nothing", 0, null)]
    [InlineData("insert into t (name) values ('old') on conflict (name) do update set n = 5", 1, null)]
    [InlineData("insert into t (name) values ('new') on conflict (name) do update set n = 5", 1, "11")]
    [InlineData("with c(x) as (values ('new')) insert into t (name) select x from c", 1, "11")]
    [InlineData("insert into t (name) values ('new') returning 'key-' || id, name", 1, "key-11")]
    [InlineData("insert into t (name) values ('x'), ('y') returning name", 2, "x")]
    [InlineData("update t set n = 2 returning id", 1, null)]
    [InlineData("delete from t returning id", 1, null)]
    [InlineData("insert into keyed (k) values ('natural')", 1, null)]
    [InlineData("select * from t", 0, null)]
    [InlineData("create table more as select * from t", 0, null)]
    [InlineData("explain insert into t (name) values ('new')", 0, null)]
    public async Task Key_is_told_for_rows_that_were_inserted(string command, long affected, string? key)
    {
        var database = _fixture.Open();
        await ExecuteAsync(database, "create table t (id integer primary key, name text unique, n integer)");
        await ExecuteAsync(database, "create table keyed (k text primary key) without rowid");
        await ExecuteAsync(database, "insert into t (id, name) values (10, 'old')");

        Assert.Equal(new ExecuteResult(affected, key), await ExecuteAsync(database, command));
    }

    [Fact]
    public async Task Key_is_the_statements_own_even_when_a_trigger_inserts()
    {
        var database = _fixture.Open();
        await ExecuteAsync(database, "create table t (id integer primary key, name text unique)");
        await ExecuteAsync(database, "create table log (id integer primary key, what text)");
        await ExecuteAsync(database, "insert into log (id, what) values (500, 'start')");
        await ExecuteAsync(
            database,
            "create trigger g after insert on t begin insert into log (what) values (new.name); "
                + "update log set what = 'start' where id = 500; end;"
        );

        Assert.Equal(new ExecuteResult(1, "1"), await ExecuteAsync(database, "insert into t (name) values ('a')"));
        Assert.Equal(2, (await QueryAsync(database, "select * from log")).Count);
    }

    [Fact]
    public async Task Broken_reference_found_at_the_commit_undoes_everything()
    {
        var database = _fixture.Open();
        await ExecuteAsync(
            database,
            "create table t (id integer primary key, p integer references t(id) deferrable initially deferred)"
        );

        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            ExecuteAsync(database, "insert into t (p) values (99)")
        );

        Assert.Equal((ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION"), (error.Kind, error.Code));
        Assert.Empty(await QueryAsync(database, "select * from t"));
        Assert.Equal("1", (await ExecuteAsync(database, "insert into t (p) values (null)")).InsertId);
    }

    [Fact]
    public async Task Refusal_raised_by_a_trigger_keeps_its_text_inside()
    {
        var database = _fixture.Open();
        await ExecuteAsync(database, "create table t (a)");
        await ExecuteAsync(
            database,
            "create trigger g before insert on t begin select raise(abort, 'inner words'); end"
        );

        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            ExecuteAsync(database, "insert into t values (1)")
        );

        Assert.Equal("CONSTRAINT_VIOLATION", error.Code);
        Assert.DoesNotContain("inner words", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_inside_a_statement_undoes_the_batch()
    {
        var database = _fixture.Open();
        await ExecuteAsync(database, "create table t (a integer unique)");

        await Assert.ThrowsAsync<ConnectorException>(() =>
            database
                .ExecuteBatchAsync(
                    [
                        new("insert into t values (1)"),
                        new("insert or rollback into t values (1)"),
                        new("insert into t values (2)"),
                    ],
                    default
                )
                .AsTask()
        );

        Assert.Empty(await QueryAsync(database, "select * from t"));
        Assert.Equal(1, (await ExecuteAsync(database, "insert into t values (3)")).AffectedRows);
    }

    [Fact]
    public async Task Syntax_error_tells_the_position_in_characters()
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            QueryAsync(_fixture.Open(), "select 'größer', , 2")
        );

        Assert.StartsWith("cannot be parsed near position 18,", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create table t (a)")]
    [InlineData("create view v as select 1")]
    [InlineData("create index i on t (a)")]
    public async Task Creating_what_exists_is_told_apart_from_bad_grammar(string command)
    {
        var database = _fixture.Open();
        await ExecuteAsync(database, "create table t (a)");
        await ExecuteAsync(database, "create view v as select 1");
        await ExecuteAsync(database, "create index i on t (a)");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => ExecuteAsync(database, command));

        Assert.Equal("creates a table, index, view or trigger that exists already", error.Message);
    }

    [Fact]
    public async Task Full_text_search_and_the_schema_can_be_used()
    {
        var database = _fixture.Open();
        await ExecuteAsync(database, "create virtual table notes using fts5(body)");
        await ExecuteAsync(database, "insert into notes values (:b)", ("b", DbValue.From("the quick brown fox")));
        await ExecuteAsync(database, "insert into notes values (:b)", ("b", DbValue.From("a lazy dog")));

        var found = await QueryAsync(
            database,
            "select body from notes where notes match :q",
            ("q", DbValue.From("fox"))
        );
        Assert.Equal("the quick brown fox", Assert.Single(found)[0].AsText());
        Assert.Single(await QueryAsync(database, "pragma table_info('notes')"));
        Assert.Single(await QueryAsync(database, "select name from pragma_table_info('notes')"));
        Assert.NotEmpty(await QueryAsync(database, "select name from sqlite_schema"));
        Assert.NotEmpty(await QueryAsync(database, "explain query plan select * from notes"));
        await ExecuteAsync(database, "drop table notes");
    }

    [Fact]
    public async Task Parameter_the_engine_reads_otherwise_is_refused()
    {
        foreach (var text in new[] { "select ?", "select ?1", "select @a", "select $a", "select #a", "select :1" })
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(_fixture.Open(), text));
            Assert.Equal((ErrorKind.InvalidArgument, "query"), (error.Kind, error.Field));
        }
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
