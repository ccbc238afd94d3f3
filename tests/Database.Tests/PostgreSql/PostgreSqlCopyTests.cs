using System.Text.Json;
using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Sdk.Database;
using static Yyc3.Connectors.Database.Tests.PostgreSql.PostgreSqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

public sealed class PostgreSqlCopyTests : IAsyncDisposable
{
    private readonly PostgreSqlFixture _fixture = new();

    [Fact]
    public async Task Copied_rows_are_stored_as_they_are_and_defaults_fill_the_rest()
    {
        var database = await OpenAsync();

        var answer = await CopyAsync(
            database,
            """
            [[1, "tab\t line\n back\\slash \\N \\. 世界", {"a": [1, null]}, true, "2024-02-29", "\\x00ff"],
             [2, null, null, null, null, null],
             [3, "", "\"text\"", false, "infinity", ""]]
            """
        );

        Assert.Equal("""{"rows":3}""", answer.GetRawText());
        var rows = await QueryAsync(database, "select id, name, doc, flag, day, raw, made from t order by id");
        Assert.Equal(
            [
                DbValue.From(1),
                DbValue.From("tab\t line\n back\\slash \\N \\. 世界"),
                DbValue.FromJson("""{"a": [1, null]}"""),
                DbValue.From(true),
                DbValue.From("2024-02-29"),
                DbValue.From(new byte[] { 0, 255 }),
                DbValue.From("default"),
            ],
            rows[0]
        );
        Assert.All(rows[1][1..6], value => Assert.Equal(DbValue.Null, value));
        Assert.Equal(DbValue.From(""), rows[2][1]);
        Assert.Equal(DbValue.FromJson("\"text\""), rows[2][2]);
    }

    [Fact]
    public async Task Many_rows_go_in_one_call()
    {
        var database = await OpenAsync();
        var rows = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"[{i},\"name {i}\",null,null,null,null]"));

        await CopyAsync(database, $"[{rows}]");

        var found = await QueryAsync(database, "select count(*), sum(id), max(length(name)) from t");
        Assert.Equal([DbValue.From(50_000), DbValue.From(1_249_975_000), DbValue.From(10)], found[0]);
    }

    [Theory]
    [InlineData("""[[1, "a", null, null, null, null], [2, "b"]]""", "INVALID_ARGUMENT", "rows[1]")]
    [InlineData("""[[1, "nul \u0000", null, null, null, null]]""", "INVALID_ARGUMENT", "rows[0]")]
    [InlineData(
        """[[1, "a", null, null, null, null], ["x", "b", null, null, null, null]]""",
        "INVALID_ARGUMENT",
        "rows"
    )]
    [InlineData("""[[1, "a", null, null, null, null], [1, "b", null, null, null, null]]""", "UNIQUE_VIOLATION", null)]
    [InlineData("""[[7, "refused", null, null, null, null]]""", "CONSTRAINT_VIOLATION", null)]
    public async Task One_bad_row_stores_none(string rows, string code, string? field)
    {
        var database = await OpenAsync();

        var error = await FailsAsync(() => CopyAsync(database, rows), code);

        Assert.Equal(field, error.Field);
        Assert.Equal(DbValue.From(0), (await QueryAsync(database, "select count(*) from t"))[0][0]);
        await CopyAsync(database, """[[1, "a", null, null, null, null]]""");
        Assert.Equal(0, database.PoolUsage.InUse);
    }

    [Theory]
    [InlineData("none such")]
    [InlineData("t\"; drop table t; --")]
    public async Task Table_that_does_not_exist_is_refused(string table)
    {
        var database = await OpenAsync();

        var error = await FailsAsync(
            () => CopyAsync(database, """[[1, "a", null, null, null, null]]""", table),
            "INVALID_ARGUMENT"
        );

        Assert.Equal("rows", error.Field);
        await QueryAsync(database, "select * from t");
    }

    [Fact]
    public async Task Copy_that_waits_for_another_ends_at_its_timeout()
    {
        var database = await OpenAsync();
        await ExecuteAsync(
            database,
            "create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$"
        );
        await ExecuteAsync(database, "create trigger slow before insert on t for each row execute function slow()");

        await FailsAsync(
            () => CopyAsync(database, """[[1, "a", null, null, null, null]]""", timeout: 300),
            "QUERY_TIMEOUT"
        );

        Assert.Equal(DbValue.From(0), (await QueryAsync(database, "select count(*) from t"))[0][0]);
        Assert.Equal(0, database.PoolUsage.InUse);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static async Task<JsonElement> CopyAsync(
        PostgreSqlConnector database,
        string rows,
        string table = "t",
        int timeout = 30_000
    )
    {
        using var input = JsonDocument.Parse(
            $$"""
            {"table": {{JsonSerializer.Serialize(table)}}, "columns": ["id", "name", "doc", "flag", "day", "raw"],
             "rows": {{rows}}, "timeout": {{timeout}}}
            """
        );
        return await database.InvokeAsync("copyRows", input.RootElement, CancellationToken.None);
    }

    private async Task<PostgreSqlConnector> OpenAsync()
    {
        var database = await _fixture.OpenAsync();
        await ExecuteAsync(
            database,
            "create table t (id int primary key, name text check (name <> 'refused'), doc jsonb, flag boolean, day date, "
                + "raw bytea, made text default 'default')"
        );
        return database;
    }
}
