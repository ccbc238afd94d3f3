using Yyc3.Connectors.EndToEnd.Tests.Running;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.EndToEnd.Tests;

/// <summary>A database server behind the whole runtime.</summary>
public sealed class PostgreSqlTests(HostProcess host, PostgreSqlTests.Server server)
    : IClassFixture<HostProcess>,
        IClassFixture<PostgreSqlTests.Server>,
        IDisposable
{
    private readonly RestClient _rest = host.Client();

    public void Dispose() => _rest.Dispose();

    [Fact]
    public async Task Statements_answer_as_those_of_the_embedded_database_do()
    {
        var id = await CreateAsync(_rest);
        await ExecuteAsync(
            id,
            """{"command":"create table users (id serial primary key, name text, status text, at timestamptz)"}"""
        );
        var insert = await ExecuteAsync(
            id,
            """
            {"command":"insert into users (name, status, at) values (:name, :status, :at)",
             "params":{"name":"Robert'); drop table users;--","status":"active","at":"2026-02-03T10:00:00.000Z"}}
            """
        );
        Assert.Equal("1", insert.Data["insertId"]!.GetValue<string>());
        var query = await QueryAsync(
            id,
            """
            {"query":"select id, name, at from users where status = :status and at > :since",
             "params":{"status":"active","since":"2024-01-01T00:00:00Z"}}
            """
        );
        Assert.Equal(
            """{"id":1,"name":"Robert\u0027); drop table users;--","at":"2026-02-03T10:00:00.000Z"}""",
            query.Data["rows"]![0]!.ToJsonString()
        );
        Assert.Equal(1, query.Data["rowCount"]!.GetValue<int>());
    }

    [Fact]
    public async Task Many_rows_are_copied_by_an_action()
    {
        var id = await CreateAsync(_rest);
        await ExecuteAsync(id, """{"command":"create table copied (id int, name text)"}""");
        var path = $"/v1/integrations/{id}/actions/copyRows";

        var wrong = await _rest.PostAsync(path, """{"table":"copied","columns":["id","name"],"rows":[1]}""");
        Assert.Equal((400, "rows[0]"), (wrong.Status, wrong.Field));
        var copied = await _rest.PostAsync(
            path,
            """{"table":"copied","columns":["id","name"],"rows":[[1,"Ada"],[2,null]]}"""
        );

        Assert.Equal((200, 2), (copied.Status, copied.Data["rows"]!.GetValue<int>()));
        var query = await QueryAsync(id, """{"query":"select count(*) as n from copied"}""");
        Assert.Equal(2, query.Data["rows"]![0]!["n"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("delete from pg_class", "query")]
    [InlineData("with gone as (delete from pg_class returning oid) select * from gone", "query")]
    [InlineData("select 1; drop table users", "query")]
    [InlineData("select :missing", "params.missing")]
    public async Task Query_that_may_not_run_is_named(string text, string field)
    {
        var answer = await _rest.PostAsync(
            $"/v1/integrations/{await CreateAsync(_rest)}/database/query",
            new System.Text.Json.Nodes.JsonObject { ["query"] = text }.ToJsonString()
        );
        Assert.Equal((400, field), (answer.Status, answer.Field));
        Assert.DoesNotContain("pg_class", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statement_that_runs_too_long_is_gone_from_the_server()
    {
        var id = await CreateAsync(_rest);
        var answer = await _rest.PostAsync(
            $"/v1/integrations/{id}/database/query",
            """{"query":"select pg_sleep(60), 'marker-7'","options":{"timeout":300}}"""
        );
        Assert.Equal((504, "QUERY_TIMEOUT"), (answer.Status, answer.Code));
        var running = await QueryAsync(
            id,
            """
            {"query":"select count(*) as running from pg_stat_activity where state = 'active' and query like '%marker-7%' and pid <> pg_backend_pid()"}
            """
        );
        Assert.Equal(0, running.Data["rows"]![0]!["running"]!.GetValue<int>());
    }

    [Fact]
    public async Task Wrong_password_is_told_and_never_shown()
    {
        var id = await CreateAsync(_rest, "wrong-password-7");
        var answer = await _rest.PostAsync($"/v1/integrations/{id}/test", """{"operation":"connect"}""");
        Assert.Equal("INVALID_CREDENTIALS", answer.Error["details"]!["cause"]!.GetValue<string>());
        Assert.DoesNotContain("wrong-password-7", answer.Body + host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_setting_works_from_the_next_call()
    {
        var id = await CreateAsync(_rest, "wrong-password-7");
        await _rest.PatchAsync(
            $"/v1/integrations/{id}",
            $$$$"""{"auth":{"type":"basic","credentials":{"username":"{{{{PostgreSqlServer.Username}}}}","password":"{{{{PostgreSqlServer.Password}}}}"}}}"""
        );
        Assert.Equal(1, (await QueryAsync(id, """{"query":"select 1 as one"}""")).Data["rowCount"]!.GetValue<int>());
    }

    [Fact]
    public async Task Strict_operator_keeps_connectors_from_private_addresses()
    {
        await using var strict = new HostProcess().With("YYC3_OUTBOUND", "strict");
        await strict.StartAsync();
        using var rest = strict.Client();
        var id = await CreateAsync(rest);
        var answer = await rest.PostAsync($"/v1/integrations/{id}/database/query", """{"query":"select 1"}""");
        Assert.Equal("ADDRESS_NOT_ALLOWED", answer.Code);
        Assert.DoesNotContain("127.0.0.1", answer.Body, StringComparison.Ordinal);
    }

    private async Task<string> CreateAsync(RestClient rest, string password = PostgreSqlServer.Password)
    {
        var postgres = await server.GetAsync();
        var database = "db_" + Guid.NewGuid().ToString("N");
        await postgres.RunAsync($"create database {database}");
        var answer = await rest.PostAsync(
            "/v1/integrations",
            $$$$"""
            {"name":"pg","type":"database","provider":"postgresql",
             "config":{"host":"127.0.0.1","port":{{{{postgres.Port}}}},"database":"{{{{database}}}}"},
             "auth":{"type":"basic","credentials":{"username":"{{{{PostgreSqlServer.Username}}}}","password":"{{{{password}}}}"}}}
            """
        );
        return answer.Data["id"]!.GetValue<string>();
    }

    private async Task<RestAnswer> QueryAsync(string id, string body) =>
        await _rest.PostAsync($"/v1/integrations/{id}/database/query", body);

    private async Task<RestAnswer> ExecuteAsync(string id, string body) =>
        await _rest.PostAsync($"/v1/integrations/{id}/database/execute", body);

    /// <summary>One server for the class, started by the first test.</summary>
    public sealed class Server : IAsyncDisposable
    {
        private readonly LazyServer<PostgreSqlServer> _server = new(() => PostgreSqlServer.StartAsync(withTls: false));

        public Task<PostgreSqlServer> GetAsync() => _server.GetAsync();

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }
}
