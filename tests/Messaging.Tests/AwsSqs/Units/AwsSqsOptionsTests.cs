using System.Text.Json.Nodes;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs.Units;

public sealed class AwsSqsOptionsTests : IDisposable
{
    private readonly ConnectorHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Theory]
    [InlineData("eu-central-1", "https://sqs.eu-central-1.amazonaws.com/")]
    [InlineData("cn-north-1", "https://sqs.cn-north-1.amazonaws.com.cn/")]
    public void Region_s_own_endpoint_is_called_with_tls(string region, string expected) =>
        Assert.Equal(expected, Read(new JsonObject { ["region"] = region }).Endpoint.AbsoluteUri);

    [Theory]
    [InlineData("region", "")]
    [InlineData("region", "evil.example/#")]
    [InlineData("region", "EU-CENTRAL-1")]
    [InlineData("endpoint", "sqs.example")]
    [InlineData("endpoint", "ftp://sqs.example")]
    [InlineData("endpoint", "https://user@sqs.example")]
    [InlineData("endpoint", "https://sqs.example/queue")]
    [InlineData("endpoint", "https://sqs.example?a")]
    [InlineData("endpoint", "https://sqs.example#a")]
    [InlineData("endpoint", "https://schlüssel.example")]
    [InlineData("caCertificate", "nothing")]
    [InlineData("fifoWithoutKey", "random")]
    public void Wrong_text_is_named(string setting, string value) =>
        Refuses("config." + setting, new JsonObject { ["region"] = "eu-central-1", [setting] = value });

    [Theory]
    [InlineData("maxDeliveries", 0)]
    [InlineData("maxDeliveries", 1001)]
    [InlineData("maxConnections", 0)]
    [InlineData("deadLetterMemoryMiB", 1025)]
    public void Wrong_number_is_named(string setting, int value) =>
        Refuses("config." + setting, new JsonObject { ["region"] = "eu-central-1", [setting] = value });

    [Theory]
    [InlineData("accessKeyId", "")]
    [InlineData("secretAccessKey", "")]
    [InlineData("accessKeyId", "a\r\nX-Other: b")]
    [InlineData("sessionToken", "a\nb")]
    public void Wrong_credential_is_named_and_not_shown(string name, string value)
    {
        var credentials = SqsContexts.Credentials();
        credentials[name] = value;
        var refusal = Refuses("auth.credentials." + name, new JsonObject { ["region"] = "eu-central-1" }, credentials);
        Assert.DoesNotContain("X-Other", refusal.ToString(), StringComparison.Ordinal);
    }

    private ConnectorException Refuses(
        string field,
        JsonObject settings,
        Dictionary<string, string>? credentials = null
    )
    {
        var refusal = Assert.Throws<ConnectorException>(() => Read(settings, credentials));
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
        Assert.Equal(field, refusal.Field);
        return refusal;
    }

    private AwsSqsOptions Read(JsonObject settings, Dictionary<string, string>? credentials = null) =>
        AwsSqsOptions.Read(_harness.Context(settings, credentials ?? SqsContexts.Credentials()));
}
