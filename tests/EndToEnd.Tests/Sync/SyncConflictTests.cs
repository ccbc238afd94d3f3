using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Sync;

/// <summary>Conflicts as a person decides them.</summary>
public sealed class SyncConflictTests(HostProcess host) : IClassFixture<HostProcess>
{
    private const string Manual = """
        {"direction":"bidirectional","filters":{"resourceType":["users"]},"options":{"conflictResolution":"manual"}}
        """;

    [Theory]
    [InlineData("""{"choice":"local"}""", "here")]
    [InlineData("""{"choice":"remote"}""", "there")]
    [InlineData("""{"choice":"merged","data":{"id":1,"name":"both"}}""", "both")]
    public async Task A_conflict_is_listed_decided_and_put_into_effect(string decision, string name)
    {
        using var rest = host.Client();
        var (id, conflict) = await ConflictAsync(rest);
        Assert.Equal("there", conflict["remote"]!["name"]!.GetValue<string>());
        Assert.Equal("here", conflict["local"]!["name"]!.GetValue<string>());
        Assert.Null(conflict["choice"]);

        var path = $"/v1/integrations/{id}/sync/conflicts/{conflict["conflictId"]!.GetValue<string>()}/resolve";
        var decided = await rest.PostAsync(path, decision);
        Assert.True(decided.Status == 200, decided.Body);
        Assert.Equal("completed", (await rest.EndAsync(id, decided))["status"]!.GetValue<string>());
        Assert.Equal(name, (await rest.QueryAsync(id, "select name from users"))[0]!["name"]!.GetValue<string>());
        var record = await rest.GetAsync($"/v1/integrations/{id}/records?resource=users&recordId=1");
        Assert.Equal(name, record.Data["records"]![0]!["data"]!["name"]!.GetValue<string>());
        Assert.Empty((await rest.GetAsync($"/v1/integrations/{id}/sync/conflicts")).Data["conflicts"]!.AsArray());
        Assert.Equal(0, (await rest.SyncAsync(id, Manual))["progress"]!["total"]!.GetValue<int>());

        var again = await rest.PostAsync(path, decision);
        Assert.Equal((404, "CONFLICT_NOT_FOUND"), (again.Status, again.Code));
    }

    [Theory]
    [InlineData("""{}""", "choice")]
    [InlineData("""{"choice":"mine"}""", "choice")]
    [InlineData("""{"choice":"merged"}""", "data")]
    [InlineData("""{"choice":"local","data":{}}""", "data")]
    [InlineData("""{"choice":"merged","data":[]}""", "data")]
    public async Task A_wrong_decision_is_named(string decision, string field)
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"wrong-decision.db"}""");
        var answer = await rest.PostAsync($"/v1/integrations/{id}/sync/conflicts/conf-none/resolve", decision);
        Assert.Equal((400, field), (answer.Status, answer.Field));
    }

    private static async Task<(string Id, JsonNode Conflict)> ConflictAsync(RestClient rest)
    {
        var id = await rest.CreateAsync("database", "sqlite", $$"""{"path":"conflict-{{Guid.NewGuid():N}}.db"}""");
        await rest.ExecuteAsync(id, "create table users (id integer primary key, name text)");
        await rest.ExecuteAsync(id, "insert into users values (1, 'before')");
        await rest.SyncAsync(id, Manual);
        await rest.ExecuteAsync(id, "update users set name = 'there'");
        await rest.SendAsync(
            HttpMethod.Put,
            $"/v1/integrations/{id}/records",
            """{"resource":"users","recordId":"1","data":{"id":1,"name":"here"}}"""
        );
        Assert.Equal(1, (await rest.SyncAsync(id, Manual))["results"]!["conflicts"]!.GetValue<int>());
        var listed = await rest.GetAsync($"/v1/integrations/{id}/sync/conflicts");
        return (id, listed.Data["conflicts"]!.AsArray().Single()!);
    }
}
