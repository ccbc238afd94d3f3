using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

public sealed class KafkaOptionsTests : IDisposable
{
    private readonly ConnectorHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Fact]
    public void Servers_are_a_list_with_a_port_each_or_the_usual_one() =>
        Assert.Equal(
            ["one.example:9092", "10.0.0.1:19092", "[::1]:9093"],
            Read(new { bootstrapServers = " one.example, 10.0.0.1:19092,[::1]:9093 " })
                .Servers.Select(server => $"{server}")
        );

    [Theory]
    [InlineData("", "config.bootstrapServers")]
    [InlineData(",", "config.bootstrapServers")]
    [InlineData("host:0", "config.bootstrapServers")]
    [InlineData("host:65536", "config.bootstrapServers")]
    [InlineData("host:", "config.bootstrapServers")]
    [InlineData("[::1]9092", "config.bootstrapServers")]
    [InlineData("ssl://host:9092", "config.bootstrapServers")]
    public void Servers_that_are_none_are_refused(string servers, string field) =>
        AssertRefused(field, new { bootstrapServers = servers });

    [Fact]
    public void Values_outside_of_what_is_known_are_refused()
    {
        AssertRefused("config.securityProtocol", new { bootstrapServers = "h", securityProtocol = "tls" });
        AssertRefused("config.saslMechanism", new { bootstrapServers = "h", saslMechanism = "GSSAPI" });
        AssertRefused("config.compression", new { bootstrapServers = "h", compression = "zstd" });
        AssertRefused("config.lingerMs", new { bootstrapServers = "h", lingerMs = 101 });
        AssertRefused("config.caCertificate", new { bootstrapServers = "h", caCertificate = "no pem" });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public void Number_out_of_bounds_is_refused_with_its_bounds(int linger)
    {
        var refusal = Assert.Throws<ConnectorException>(() => Read(new { bootstrapServers = "h", lingerMs = linger }));
        Assert.Contains("must be between 0 and 100", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(100, Read(new { bootstrapServers = "h", lingerMs = 100 }).LingerMs);
    }

    [Fact]
    public void Authentication_needs_credentials_and_credentials_need_authentication()
    {
        AssertRefused("auth.credentials.username", new { bootstrapServers = "h", securityProtocol = "sasl_ssl" });
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["username"] = "u",
            ["password"] = "p",
        };
        var refusal = Assert.Throws<ConnectorException>(() =>
            KafkaOptions.Read(_harness.Context(new { bootstrapServers = "h" }, credentials))
        );
        Assert.Equal("config.securityProtocol", refusal.Field);
    }

    private KafkaOptions Read(object settings) => KafkaOptions.Read(_harness.Context(settings));

    private void AssertRefused(string field, object settings)
    {
        var refusal = Assert.Throws<ConnectorException>(() => Read(settings));
        Assert.Equal((ErrorKind.InvalidArgument, field), (refusal.Kind, refusal.Field));
    }
}
