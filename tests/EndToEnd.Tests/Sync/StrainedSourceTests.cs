using System.Text.Json.Nodes;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Sync;

/// <summary>Syncs with a provider that is not at its best.</summary>
public sealed class StrainedSourceTests : IAsyncLifetime
{
    private readonly HostProcess _host = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        TestPlugin.Install(_host, "strained", "1.0.0");
        await _host.StartAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_provider_gets_no_more_calls_at_a_time_than_asked()
    {
        using var rest = _host.Client();
        var id = await rest.CreateAsync("database", "strained", """{"behaviour":"slow","resources":12}""");
        var run = await rest.SyncAsync(id, """{"direction":"pull","options":{"parallelism":3,"batchSize":7}}""");
        Assert.Equal(240, run["results"]!["pulled"]!.GetValue<int>());
        var seen = await SeenAsync(rest, id);
        Assert.Equal((3, 12 * 3), (seen["most"]!.GetValue<int>(), seen["reads"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_call_that_hangs_is_cut_and_the_sync_can_be_cancelled_meanwhile()
    {
        using var rest = _host.Client();
        var id = await rest.CreateAsync("database", "strained", """{"behaviour":"hanging","resources":1}""");
        var started = await rest.PostAsync(
            $"/v1/integrations/{id}/sync",
            """{"direction":"pull","options":{"timeout":200}}"""
        );
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while ((await SeenAsync(rest, id))["cut"]!.GetValue<int>() < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }

        var path = $"/v1/integrations/{id}/sync/{started.Data["syncId"]!.GetValue<string>()}";
        var cancelled = await rest.PostAsync($"{path}/cancel", "{}");
        Assert.Equal("cancelled", cancelled.Data["status"]!.GetValue<string>());
        Assert.Equal("cancelled", (await rest.GetAsync(path)).Data["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_provider_that_asks_for_a_pause_gets_it_and_the_sync_tells_until_when()
    {
        using var rest = _host.Client();
        var id = await rest.CreateAsync("database", "strained", """{"behaviour":"throttling","resources":1}""");
        // Short pauses are waited for in the call itself unless it may be made once only.
        await rest.SendAsync(HttpMethod.Patch, $"/v1/integrations/{id}", """{"options":{"maxAttempts":1}}""");
        var started = await rest.PostAsync($"/v1/integrations/{id}/sync", """{"direction":"pull"}""");
        var path = $"/v1/integrations/{id}/sync/{started.Data["syncId"]!.GetValue<string>()}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        JsonNode sync;
        do
        {
            sync = (await rest.GetAsync(path)).Data;
            Assert.Equal("in_progress", sync["status"]!.GetValue<string>());
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        } while (sync["parkedUntil"] is null);

        var done = await rest.EndAsync(id, started);
        Assert.Equal("completed", done["status"]!.GetValue<string>());
        Assert.True(
            done["completedAt"]!.GetValue<DateTimeOffset>() >= sync["parkedUntil"]!.GetValue<DateTimeOffset>(),
            "It did not wait."
        );
        Assert.Equal(2, (await SeenAsync(rest, id))["reads"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_operators_own_limit_slows_a_sync_down_and_lets_it_end()
    {
        using var rest = _host.Client();
        var id = await rest.CreateAsync("database", "strained", """{"behaviour":"slow","resources":1}""");
        await rest.SendAsync(HttpMethod.Patch, $"/v1/integrations/{id}", """{"options":{"rateLimit":1}}""");
        var run = await rest.SyncAsync(id, """{"direction":"pull","options":{"batchSize":10}}""");
        Assert.Equal("completed", run["status"]!.GetValue<string>());
        Assert.Equal(20, run["results"]!["pulled"]!.GetValue<int>());
    }

    private static async Task<JsonNode> SeenAsync(RestClient rest, string id) =>
        (await rest.PostAsync($"/v1/integrations/{id}/actions/seen", "{}")).Data;
}
