using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.Redis;

public sealed class RedisOptionsTests : IDisposable
{
    private readonly ConnectorHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Fact]
    public void Wrong_settings_are_named_before_anything_is_dialled()
    {
        Assert.Equal("config.host", Field(new { }));
        Assert.Equal("config.port", Field(new { host = "h", port = 0 }));
        Assert.Equal("config.port", Field(new { host = "h", port = 65536 }));
        Assert.Equal("config.database", Field(new { host = "h", database = -1 }));
        Assert.Equal("config.poolSize", Field(new { host = "h", poolSize = 1 }));
        Assert.Equal("config.maxReplyBytes", Field(new { host = "h", maxReplyBytes = 1 }));
        Assert.Equal(
            "config.caCertificate",
            Field(
                new
                {
                    host = "h",
                    tls = true,
                    caCertificate = "no PEM",
                }
            )
        );
        Assert.Equal(
            "config.caCertificate",
            Field(new { host = "h", caCertificate = TestAuthority.Create().AuthorityPem })
        );
        Assert.Equal("auth.credentials.password", Field(new { host = "h" }, username: "u"));
    }

    [Fact]
    public void Absent_settings_have_their_defaults()
    {
        var options = RedisOptions.From(_harness.Context(new { host = "h" }));

        Assert.Equal(
            (6379, 0, 8, 64 * 1024 * 1024),
            (options.Port, options.Database, options.PoolSize, options.MaxReplyBytes)
        );
        Assert.Null(options.Trust);
        Assert.False(options.AllowScripts);
    }

    private string? Field(object settings, string? username = null) =>
        Assert
            .Throws<ConnectorException>(() =>
                new RedisConnector(_harness.Context(settings, RedisServers.Credentials(null, username)))
            )
            .Field;
}
