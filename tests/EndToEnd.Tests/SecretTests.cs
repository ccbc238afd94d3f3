using System.Text;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class SecretTests
{
    private const string InConfig = "canary-in-config-7f3a";
    private const string InCredentials = "canary-in-credentials-9b1c";

    [Fact]
    public async Task A_secret_goes_in_and_never_comes_out()
    {
        await using var host = new HostProcess()
            .With("Logging__LogLevel__Default", "Trace")
            .With("YYC3_LOGFORMAT", "json");
        TestPlugin.Install(host, "echo", "1.0.0");
        await host.StartAsync();
        using var rest = host.Client();
        var seen = new StringBuilder();

        async Task<RestAnswer> SeeAsync(Task<RestAnswer> call)
        {
            var answer = await call;
            seen.Append(answer.Body).AppendJoin('\n', answer.Headers.Values);
            return answer;
        }

        var created = await SeeAsync(
            rest.PostAsync(
                "/v1/integrations",
                $$$$"""
                {"name":"s","type":"messaging","provider":"echo","config":{"greeting":"hi","token":"{{{{InConfig}}}}"},
                 "auth":{"type":"api-key","credentials":{"password":"{{{{InCredentials}}}}"}}}
                """
            )
        );
        Assert.True(created.Status == 201, created.Body);
        var config = created.Data["config"]!.AsObject();
        Assert.Equal(["greeting"], config.Select(member => member.Key));
        Assert.False(created.Data.AsObject().ContainsKey("auth"));
        var path = $"/v1/integrations/{created.Data["id"]!.GetValue<string>()}";
        await SeeAsync(rest.GetAsync(path));
        await SeeAsync(rest.GetAsync("/v1/integrations"));
        await SeeAsync(rest.PatchAsync(path, """{"description":"d"}"""));
        await SeeAsync(rest.PatchAsync(path, $$$$"""{"config":{"token":"{{{{InConfig}}}}","nope":1}}"""));
        await SeeAsync(
            rest.PatchAsync(path, $$$$"""{"auth":{"type":"api-key","credentials":{"token":["{{{{InConfig}}}}"]}}}""")
        );
        await SeeAsync(rest.PostAsync(path + "/test", "{}"));
        await SeeAsync(rest.GetAsync(path + "/status"));
        await SeeAsync(rest.PostAsync(path + "/actions/echo", "{}"));
        await SeeAsync(rest.PostAsync(path + "/actions/none", "{}"));
        seen.Append(await rest.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        seen.Append(await rest.Http.GetStringAsync(new Uri("/health/ready", UriKind.Relative)));

        host.Terminate();
        await host.WaitForExitAsync();
        AssertNoSecret("an answer", seen.ToString());
        AssertNoSecret("the log", host.Log);
        foreach (var file in Directory.EnumerateFiles(host.DataDirectory, "*", SearchOption.AllDirectories))
        {
            AssertNoSecret(file, Encoding.Latin1.GetString(await System.IO.File.ReadAllBytesAsync(file)));
        }
    }

    private static void AssertNoSecret(string where, string text)
    {
        Assert.False(text.Contains(InConfig, StringComparison.Ordinal), $"{where} holds the secret given in config");
        Assert.False(
            text.Contains(InCredentials, StringComparison.Ordinal),
            $"{where} holds the secret given as a credential"
        );
        Assert.False(text.Contains(HostProcess.AdminKey, StringComparison.Ordinal), $"{where} holds the API key");
    }
}
