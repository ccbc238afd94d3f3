using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Sync;

/// <summary>Where incremental runs begin, as a person sees and sets it; and the records beside it.</summary>
public sealed class SyncStateTests(HostProcess host) : IClassFixture<HostProcess>
{
    [Fact]
    public async Task State_is_shown_set_back_and_forgotten()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync(
            "database",
            "sqlite",
            """{"path":"state.db","records":{"users":{"modifiedAt":"changed"}}}"""
        );
        await rest.ExecuteAsync(id, "create table users (id integer primary key, name text, changed integer)");
        await rest.ExecuteAsync(id, "insert into users values (1, 'one', 1)");
        await rest.SyncAsync(id, """{"direction":"pull"}""");
        var before = await StateAsync(rest, id);
        Assert.Equal(("users", "pull", ""), Told(before));
        await rest.ExecuteAsync(id, "insert into users values (2, 'two', 2)");
        Assert.Equal(1, (await rest.SyncAsync(id, """{"direction":"pull"}"""))["results"]!["pulled"]!.GetValue<int>());

        var position = before["position"]!.GetValue<string>();
        var set = await rest.SendAsync(
            HttpMethod.Put,
            $"/v1/integrations/{id}/sync/state",
            new JsonObject
            {
                ["resource"] = "users",
                ["direction"] = "pull",
                ["position"] = position,
            }.ToJsonString()
        );
        Assert.True(set.Status == 200, set.Body);
        Assert.Equal(position, set.Data["position"]!.GetValue<string>());
        Assert.Equal(position, (await StateAsync(rest, id))["position"]!.GetValue<string>());
        // What was moved already is not moved again.
        Assert.Equal(0, (await rest.SyncAsync(id, """{"direction":"pull"}"""))["progress"]!["total"]!.GetValue<int>());

        Assert.Equal(204, (await rest.DeleteAsync($"/v1/integrations/{id}/sync/state?resource=users")).Status);
        Assert.Empty((await rest.GetAsync($"/v1/integrations/{id}/sync/state")).Data["states"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"resource":"users","direction":"pull","position":"nonsense"}""", "position")]
    [InlineData("""{"resource":"users","direction":"bidirectional","position":"1"}""", "direction")]
    [InlineData("""{"resource":"none","direction":"pull","position":"1"}""", "resource")]
    [InlineData("""{"resource":"users","direction":"pull"}""", "position")]
    [InlineData("""{"resource":"users","direction":"pull","position":"1","target":"int-none"}""", "target")]
    public async Task Wrong_state_is_named(string body, string field)
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync(
            "database",
            "sqlite",
            """{"path":"wrong-state.db","records":{"users":{"modifiedAt":"changed"}}}"""
        );
        await rest.ExecuteAsync(id, "create table if not exists users (id integer primary key, changed integer)");
        var answer = await rest.SendAsync(HttpMethod.Put, $"/v1/integrations/{id}/sync/state", body);
        Assert.Equal((400, field), (answer.Status, answer.Field));
    }

    [Fact]
    public async Task A_record_keeps_every_digit_of_its_numbers()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"digits.db"}""");
        const string Data = """{"a":9007199254740993,"b":0.1000000000000000000001,"z":"名"}""";
        var put = await rest.SendAsync(
            HttpMethod.Put,
            $"/v1/integrations/{id}/records",
            $$"""{"resource":"r","recordId":"1","data":{{Data}}}"""
        );
        Assert.True(put.Status == 200, put.Body);
        Assert.Contains(Data, put.Body, StringComparison.Ordinal);
        Assert.Contains(
            Data,
            (await rest.GetAsync($"/v1/integrations/{id}/records?resource=r")).Body,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("1")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("null")]
    public async Task Fields_that_are_no_object_are_refused(string data)
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("database", "sqlite", """{"path":"no-object.db"}""");
        var put = await rest.SendAsync(
            HttpMethod.Put,
            $"/v1/integrations/{id}/records",
            $$"""{"resource":"r","recordId":"1","data":{{data}}}"""
        );
        Assert.Equal((400, "data"), (put.Status, put.Field));
    }

    private static async Task<JsonNode> StateAsync(RestClient rest, string id) =>
        (await rest.GetAsync($"/v1/integrations/{id}/sync/state")).Data["states"]!.AsArray().Single()!;

    private static (string, string, string) Told(JsonNode state) =>
        (
            state["resource"]!.GetValue<string>(),
            state["direction"]!.GetValue<string>(),
            state["target"]!.GetValue<string>()
        );
}
