using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class HotSwapTests
{
    [Fact]
    public async Task A_dropped_version_takes_over_under_load_and_no_call_fails()
    {
        await using var host = new HostProcess();
        TestPlugin.Install(host, "echo", "1.0.0");
        await host.StartAsync();
        using var rest = host.Client();
        var created = await rest.PostAsync(
            "/v1/integrations",
            """{"name":"e","type":"messaging","provider":"echo","config":{"greeting":"hi"},"auth":{"type":"none"}}"""
        );
        Assert.True(created.Status == 201, created.Body);
        var path = $"/v1/integrations/{created.Data["id"]!.GetValue<string>()}/actions/echo";
        var slow = rest.PostAsync(path.Replace("/echo", "/wait", StringComparison.Ordinal), "{}");
        Assert.Equal(1, await VersionAsync(rest, path));

        TestPlugin.Install(host, "echo", "2.0.0");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var version = 1;
        while (version == 1)
        {
            version = await VersionAsync(rest, path);
            limit.Token.ThrowIfCancellationRequested();
        }

        Assert.Equal(2, version);
        // The call that was under way ended on the version it began with.
        Assert.Equal(1, (await slow).Data["Version"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_pinned_integration_stays_with_its_version()
    {
        await using var host = new HostProcess();
        TestPlugin.Install(host, "echo", "1.0.0");
        TestPlugin.Install(host, "echo", "2.0.0");
        await host.StartAsync();
        using var rest = host.Client();
        foreach (
            var (pin, expected) in ((string, int)[])[("1.0.0", 1), ("[1.0,2.0)", 1), ("2.0.0", 2), ("[1.0,3.0)", 2)]
        )
        {
            var created = await rest.PostAsync(
                "/v1/integrations",
                $$$"""
                {"name":"e","type":"messaging","provider":"echo","config":{"greeting":"hi"},"auth":{"type":"none"},
                 "options":{"connectorVersion":"{{{pin}}}"}}
                """
            );
            var path = $"/v1/integrations/{created.Data["id"]!.GetValue<string>()}/actions/echo";
            Assert.Equal(expected, await VersionAsync(rest, path));
        }
    }

    private static async Task<int> VersionAsync(RestClient rest, string path)
    {
        var answer = await rest.PostAsync(path, "{}");
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Data["Version"]!.GetValue<int>();
    }
}
