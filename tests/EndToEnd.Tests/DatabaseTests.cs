using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class DatabaseTests(HostProcess host) : IClassFixture<HostProcess>, IDisposable
{
    private readonly RestClient _rest = host.Client();

    public void Dispose() => _rest.Dispose();

    [Fact]
    public async Task Statements_bind_their_parameters_and_answer_as_documented()
    {
        var id = await NewAsync();
        await ExecuteAsync(id, "create table users (id integer primary key, name text, status text)", "{}");
        var insert = await ExecuteAsync(
            id,
            "insert into users (name, status) values (:name, :status)",
            """{"name":"Robert'); drop table users;--","status":"active"}"""
        );
        Assert.Equal(
            ["affectedRows", "insertId", "executionTime"],
            insert.Data.AsObject().Select(member => member.Key)
        );
        Assert.Equal(
            (1, "1"),
            (insert.Data["affectedRows"]!.GetValue<int>(), insert.Data["insertId"]!.GetValue<string>())
        );
        var query = await QueryAsync(id, "select * from users where status = :status", """{"status":"active"}""");
        Assert.Equal(["rows", "rowCount", "executionTime"], query.Data.AsObject().Select(member => member.Key));
        Assert.Equal(1, query.Data["rowCount"]!.GetValue<int>());
        Assert.Equal(
            """{"id":1,"name":"Robert'); drop table users;--","status":"active"}""",
            query.Data["rows"]![0]!.ToJsonString(
                new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        );
        var update = await ExecuteAsync(id, "update users set status = 'x'", "{}");
        Assert.Null(update.Data["insertId"]);
        Assert.True(update.Data.AsObject().ContainsKey("insertId"));
    }

    [Fact]
    public async Task Integers_beyond_the_exact_range_of_a_double_stay_exact()
    {
        var id = await NewAsync();
        var answer = await QueryAsync(
            id,
            "select :small as small, :big as big, :text as text",
            """{"small":9007199254740991,"big":9007199254740993,"text":"9007199254740993"}"""
        );
        Assert.Equal(
            """{"small":9007199254740991,"big":"9007199254740993","text":"9007199254740993"}""",
            answer.Data["rows"]![0]!.ToJsonString()
        );
    }

    [Fact]
    public async Task Limit_and_offset_cut_the_rows_and_say_so()
    {
        var id = await NewAsync();
        const string Numbers =
            "with recursive c(x) as (select 1 union all select x+1 from c where x<500) select x from c";
        var first = (await QueryAsync(id, Numbers, "{}")).Data;
        Assert.Equal(100, first["rowCount"]!.GetValue<int>());
        Assert.True(first["truncated"]!.GetValue<bool>());
        var page = await _rest.PostAsync(
            $"/v1/integrations/{id}/database/query",
            $$$"""{"query":"{{{Numbers}}}","options":{"limit":10,"offset":495}}"""
        );
        Assert.Equal(5, page.Data["rowCount"]!.GetValue<int>());
        Assert.Equal(496, page.Data["rows"]![0]!["x"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_stream_is_one_row_per_line()
    {
        var id = await NewAsync();
        var answer = await _rest.PostAsync(
            $"/v1/integrations/{id}/database/stream",
            """{"query":"with recursive c(x) as (select 1 union all select x+1 from c where x<3000) select x from c"}"""
        );
        var lines = answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3000, lines.Length);
        Assert.Equal(3000, JsonNode.Parse(lines[^1])!["x"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("insert into t values (1)")]
    [InlineData("delete from t")]
    [InlineData("create table x (a)")]
    [InlineData("with a as (select 1) insert into t select * from a")]
    [InlineData("select 1; delete from t")]
    [InlineData("pragma journal_mode=delete")]
    [InlineData("attach '/tmp/x.db' as x")]
    [InlineData("vacuum into '/tmp/x.db'")]
    public async Task Query_cannot_write(string statement)
    {
        var id = await NewAsync();
        await ExecuteAsync(id, "create table t (a)", "{}");
        var answer = await QueryAsync(id, statement, "{}");
        Assert.Equal((400, "query"), (answer.Status, answer.Field));
        Assert.Equal(
            0,
            (await QueryAsync(id, "select count(*) c from t", "{}")).Data["rows"]![0]!["c"]!.GetValue<int>()
        );
    }

    [Theory]
    [InlineData("select :a", "{}", "params.a")]
    [InlineData("select 1", """{"b":1}""", "params.b")]
    [InlineData("selec 1", "{}", "query")]
    public async Task A_wrong_statement_is_named(string statement, string parameters, string field)
    {
        var answer = await QueryAsync(await NewAsync(), statement, parameters);
        Assert.Equal((400, field), (answer.Status, answer.Field));
    }

    [Fact]
    public async Task A_statement_ends_at_its_timeout()
    {
        var id = await NewAsync();
        var answer = await _rest.PostAsync(
            $"/v1/integrations/{id}/database/query",
            """{"query":"with recursive c(x) as (select 1 union all select x+1 from c) select max(x) from c","options":{"timeout":300}}"""
        );
        Assert.Equal((504, "QUERY_TIMEOUT"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_batch_is_all_or_nothing()
    {
        var id = await NewAsync();
        await ExecuteAsync(id, "create table t (a integer primary key)", "{}");
        var failed = await _rest.PostAsync(
            $"/v1/integrations/{id}/database/batch",
            """{"statements":[{"command":"insert into t values (1)"},{"command":"insert into t values (1)"}]}"""
        );
        Assert.Equal((409, "UNIQUE_VIOLATION"), (failed.Status, failed.Code));
        Assert.Equal(
            0,
            (await QueryAsync(id, "select count(*) c from t", "{}")).Data["rows"]![0]!["c"]!.GetValue<int>()
        );
    }

    private Task<string> NewAsync() =>
        _rest.CreateAsync("database", "sqlite", $$"""{"path":"db/{{Guid.NewGuid():N}}.db"}""");

    private Task<RestAnswer> QueryAsync(string id, string query, string parameters) =>
        _rest.PostAsync(
            $"/v1/integrations/{id}/database/query",
            new JsonObject { ["query"] = query, ["params"] = JsonNode.Parse(parameters) }.ToJsonString()
        );

    private Task<RestAnswer> ExecuteAsync(string id, string command, string parameters) =>
        _rest.PostAsync(
            $"/v1/integrations/{id}/database/execute",
            new JsonObject { ["command"] = command, ["params"] = JsonNode.Parse(parameters) }.ToJsonString()
        );
}
