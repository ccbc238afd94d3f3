using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Sync;

/// <summary>What tests of syncs do again and again.</summary>
internal static class SyncCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<int> CountSyncsAsync(this RestClient rest, string id) =>
        (await rest.GetAsync($"/v1/integrations/{id}/sync")).Data["syncs"]!.AsArray().Count;

    public static async Task ExecuteAsync(this RestClient rest, string id, string command)
    {
        var answer = await rest.PostAsync(
            $"/v1/integrations/{id}/database/execute",
            new JsonObject { ["command"] = command }.ToJsonString()
        );
        Assert.True(answer.Status == 200, answer.Body);
    }

    public static async Task<JsonArray> QueryAsync(this RestClient rest, string id, string query)
    {
        var answer = await rest.PostAsync(
            $"/v1/integrations/{id}/database/query",
            new JsonObject { ["query"] = query }.ToJsonString()
        );
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Data["rows"]!.AsArray();
    }

    /// <summary>Starts a sync and waits for its end.</summary>
    public static async Task<JsonNode> SyncAsync(this RestClient rest, string id, string body)
    {
        var started = await rest.PostAsync($"/v1/integrations/{id}/sync", body);
        Assert.True(started.Status == 200, started.Body);
        return await rest.EndAsync(id, started);
    }

    public static async Task<JsonNode> EndAsync(this RestClient rest, string id, RestAnswer started)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var sync = await rest.GetAsync($"/v1/integrations/{id}/sync/{started.Data["syncId"]!.GetValue<string>()}");
            if (sync.Data["status"]!.GetValue<string>() is not ("pending" or "in_progress"))
            {
                return sync.Data;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }
}
