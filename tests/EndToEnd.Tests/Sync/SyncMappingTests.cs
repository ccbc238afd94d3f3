using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Sync;

/// <summary>Mappings as a user gives them.</summary>
public sealed class SyncMappingTests(HostProcess host) : IClassFixture<HostProcess>
{
    private const string Mapping = """
        {"resources":[{"resource":"users","target":"people","fields":[
          {"from":"id","to":"id"},
          {"from":"state","to":"status","values":{"A":"active","B":"barred"},"default":"unknown"},
          {"to":"fullName","template":"{first} {last}"},
          {"to":"source","constant":"crm"},
          {"from":"age","to":"age","type":"integer"}],"others":"drop"}]}
        """;

    [Fact]
    public async Task A_mapping_of_the_integration_is_tried_and_then_applied()
    {
        using var rest = host.Client();
        var id = await UsersAsync(rest, "mapped.db");
        var tried = await rest.PostAsync(
            $"/v1/integrations/{id}/sync/preview",
            $$"""{"resource":"users","mapping":{{Mapping}}}"""
        );
        Assert.True(tried.Status == 200, tried.Body);
        Assert.Equal("people", tried.Data["targetResource"]!.GetValue<string>());
        Assert.Equal(
            """{"age":36,"fullName":"Ada Lovelace","id":1,"source":"crm","status":"active"}""",
            tried.Data["records"]![0]!["after"]!.ToJsonString()
        );
        Assert.Equal(
            "The field age cannot be had from age: the value cannot be made into a whole number.",
            tried.Data["records"]![1]!["error"]!.GetValue<string>()
        );
        Assert.Null(tried.Data["records"]![1]!["after"]);

        var saved = await rest.SendAsync(
            HttpMethod.Patch,
            $"/v1/integrations/{id}",
            $$$"""{"options":{"mapping":{{{Mapping}}}}}"""
        );
        Assert.True(saved.Status == 200, saved.Body);
        Assert.Equal("people", saved.Data["options"]!["mapping"]!["resources"]![0]!["target"]!.GetValue<string>());

        var run = await rest.SyncAsync(id, """{"direction":"pull"}""");
        Assert.Equal("partial", run["status"]!.GetValue<string>());
        var errors = await rest.GetAsync($"/v1/integrations/{id}/sync/{run["syncId"]!.GetValue<string>()}/errors");
        Assert.Equal("MAPPING_FAILED", errors.Data["errors"]!.AsArray().Single()!["code"]!.GetValue<string>());
        var records = await rest.GetAsync($"/v1/integrations/{id}/records?resource=people");
        Assert.Equal(
            """{"age":36,"fullName":"Ada Lovelace","id":1,"source":"crm","status":"active"}""",
            records.Data["records"]!.AsArray().Single()!["data"]!.ToJsonString()
        );

        // Given again it replaces what was there, and given empty it is gone.
        await rest.SendAsync(
            HttpMethod.Patch,
            $"/v1/integrations/{id}",
            $$$"""{"options":{"mapping":{{{Mapping}}}}}"""
        );
        var cleared = await rest.SendAsync(
            HttpMethod.Patch,
            $"/v1/integrations/{id}",
            """{"options":{"mapping":{}}}"""
        );
        Assert.Empty(cleared.Data["options"]!["mapping"]!["resources"]!.AsArray());
    }

    [Fact]
    public async Task Records_given_with_a_preview_are_tried_instead_of_the_sources()
    {
        using var rest = host.Client();
        var id = await UsersAsync(rest, "samples.db");
        var tried = await rest.PostAsync(
            $"/v1/integrations/{id}/sync/preview",
            $$"""{"resource":"users","mapping":{{Mapping}},"records":[{"id":9007199254740993,"first":"G","last":"H","state":"X"}]}"""
        );
        Assert.Equal(
            """{"fullName":"G H","id":9007199254740993,"source":"crm","status":"unknown"}""",
            tried.Data["records"]!.AsArray().Single()!["after"]!.ToJsonString()
        );
    }

    [Fact]
    public async Task A_mapping_moves_records_into_a_table_with_other_columns_and_back()
    {
        using var rest = host.Client();
        var from = await UsersAsync(rest, "mapped-from.db");
        var to = await rest.CreateAsync("database", "sqlite", """{"path":"mapped-to.db"}""");
        await rest.ExecuteAsync(
            to,
            "create table people (person integer primary key, status text, first text, last text, age text)"
        );
        var body = $$$$"""
            {"direction":"bidirectional","filters":{"resourceType":["users"]},"options":{"target":{"integrationId":"{{{{to}}}}"},
             "mapping":{"resources":[{"resource":"users","target":"people","fields":[
               {"from":"id","to":"person"},{"from":"state","to":"status","values":{"A":"active","B":"barred"}}]}]}}}
            """;
        Assert.Equal(2, (await rest.SyncAsync(from, body))["results"]!["pulled"]!.GetValue<int>());
        Assert.Equal(
            "[{\"person\":1,\"status\":\"active\"},{\"person\":2,\"status\":\"barred\"}]",
            (await rest.QueryAsync(to, "select person, status from people order by person")).ToJsonString()
        );
        await rest.ExecuteAsync(to, "update people set status = 'active' where person = 2");
        Assert.Equal(1, (await rest.SyncAsync(from, body))["results"]!["pushed"]!.GetValue<int>());
        Assert.Equal(
            "A",
            (await rest.QueryAsync(from, "select state from users where id = 2"))[0]!["state"]!.GetValue<string>()
        );
        Assert.Equal(0, (await rest.SyncAsync(from, body))["progress"]!["total"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(
        """{"resources":[{"resource":"a","fields":[{"to":"x"}]}]}""",
        "options.mapping.resources[0].fields[0].from"
    )]
    [InlineData(
        """{"resources":[{"resource":"a","fields":[{"from":"y"}]}]}""",
        "options.mapping.resources[0].fields[0].to"
    )]
    [InlineData("""{"resources":[{"fields":[]}]}""", "options.mapping.resources[0].resource")]
    [InlineData(
        """{"resources":[{"resource":"a","fields":[{"from":"y","to":"x","type":"color"}]}]}""",
        "options.mapping.resources[0].fields[0].type"
    )]
    public async Task A_wrong_mapping_is_named_when_it_is_given(string mapping, string field)
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"wrong-mapping.db"}""");
        var body = $$$"""{"options":{"mapping":{{{mapping}}}}}""";
        var saved = await rest.SendAsync(HttpMethod.Patch, $"/v1/integrations/{id}", body);
        Assert.Equal((400, field), (saved.Status, saved.Field));
        var run = await rest.PostAsync(
            $"/v1/integrations/{id}/sync",
            $$$"""{"direction":"pull","options":{"mapping":{{{mapping}}}}}"""
        );
        Assert.Equal((400, field), (run.Status, run.Field));
    }

    [Theory]
    [InlineData(
        """{"resource":"users","mapping":{"resources":[{"resource":"a","fields":[{"to":"x"}]}]}}""",
        "mapping.resources[0].fields[0].from"
    )]
    [InlineData(
        """{"resource":"users","direction":"push","target":{"integrationId":"int-none"}}""",
        "target.integrationId"
    )]
    [InlineData("""{"resource":"none"}""", "resource")]
    [InlineData("""{"resource":"users","records":[1]}""", "records[0]")]
    public async Task A_wrong_preview_is_named_as_it_was_spelled(string body, string field)
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"wrong-preview.db"}""");
        var answer = await rest.PostAsync($"/v1/integrations/{id}/sync/preview", body);
        Assert.Equal((400, "INVALID_REQUEST", field), (answer.Status, answer.Code, answer.Field));
    }

    [Fact]
    public async Task A_mapping_without_a_way_back_cannot_be_pushed()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"no-way-back.db"}""");
        var run = await rest.PostAsync(
            $"/v1/integrations/{id}/sync",
            """
            {"direction":"push","options":{"mapping":{"resources":[{"resource":"a","fields":[{"from":"$.x[0]","to":"x"}]}]}}}
            """
        );
        Assert.Equal((400, "options.mapping.resources[0].fields[0]"), (run.Status, run.Field));
    }

    private static async Task<string> UsersAsync(RestClient rest, string path)
    {
        var id = await rest.CreateAsync("database", "sqlite", $$"""{"path":"{{path}}"}""");
        await rest.ExecuteAsync(
            id,
            "create table users (id integer primary key, first text, last text, state text, age text)"
        );
        await rest.ExecuteAsync(
            id,
            "insert into users values (1, 'Ada', 'Lovelace', 'A', '36'), (2, 'Bo', 'Ek', 'B', 'old')"
        );
        return id;
    }
}
