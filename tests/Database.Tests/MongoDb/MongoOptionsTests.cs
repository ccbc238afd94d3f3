using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Database.Tests.MongoDb;

/// <summary>Settings are judged when the connector is opened, without a network.</summary>
public sealed class MongoOptionsTests : IDisposable
{
    private readonly ConnectorHarness _harness = new();

    [Theory]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a$b")]
    [InlineData("a\"b")]
    [InlineData("a\0b")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void Name_that_no_database_can_have_is_refused(string database) =>
        Assert.Equal("config.database", Refused(new { host = "h", database }).Field);

    [Fact]
    public void Settings_out_of_range_are_refused_by_name()
    {
        Assert.Equal("config.host", Refused(new { database = "d" }).Field);
        Assert.Equal("config.database", Refused(new { host = "h" }).Field);
        Assert.Equal(
            "config.port",
            Refused(
                new
                {
                    host = "h",
                    database = "d",
                    port = 0,
                }
            ).Field
        );
        Assert.Equal(
            "config.poolSize",
            Refused(
                new
                {
                    host = "h",
                    database = "d",
                    poolSize = 0,
                }
            ).Field
        );
        Assert.Equal(
            "config.authSource",
            Refused(
                new
                {
                    host = "h",
                    database = "d",
                    authSource = "$external",
                }
            ).Field
        );
        Assert.Equal(
            "config.caCertificate",
            Refused(
                new
                {
                    host = "h",
                    database = "d",
                    caCertificate = "no",
                }
            ).Field
        );
    }

    [Fact]
    public void Name_and_password_go_together()
    {
        Assert.Equal("auth.credentials.password", Refused(("username", "u")).Field);
        Assert.Equal("auth.credentials.username", Refused(("password", "p")).Field);
        Assert.Equal("auth.credentials.password", Refused(("username", "u"), ("password", "a\u0007")).Field);
    }

    public void Dispose() => _harness.Dispose();

    private ConnectorException Refused(object settings) =>
        Assert.Throws<ConnectorException>(() => new MongoDbConnector(_harness.Context(settings)));

    private ConnectorException Refused(params (string Name, string Value)[] credentials) =>
        Assert.Throws<ConnectorException>(() =>
            new MongoDbConnector(
                _harness.Context(
                    new { host = "h", database = "d" },
                    credentials.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal)
                )
            )
        );
}
