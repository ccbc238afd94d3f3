using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class RepeatedSendTests
{
    [Fact]
    public async Task A_send_whose_answer_is_lost_is_not_repeated_where_the_provider_would_keep_both()
    {
        await using var host = new HostProcess();
        TestPlugin.Install(host, "echo", "1.0.0");
        await host.StartAsync();
        using var rest = host.Client();
        var id = await rest.CreateAsync("messaging", "echo", """{"greeting":"hi"}""");
        var path = $"/v1/integrations/{id}/messaging/send";

        var lost = await rest.SendAsync(
            HttpMethod.Post,
            path,
            """{"topic":"lost","message":1}""",
            ("Idempotency-Key", "a key that the provider does not look at")
        );

        Assert.Equal(503, lost.Status);
        var count = await rest.PostAsync(path, """{"topic":"losses","message":1}""");
        Assert.StartsWith("1", count.Data["messageId"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
