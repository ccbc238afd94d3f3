using System.Globalization;
using Yyc3.Connectors.MySql;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlCheckTests : ConnectionCheckTests, IAsyncLifetime
{
    private readonly ConnectorHarness _harness = new();
    private MariaDbServer? _server;

    protected override string? MissingCode => "DATABASE_NOT_FOUND";

    private MariaDbServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await MySqlServerFixture.ServerAsync;

    public ValueTask DisposeAsync()
    {
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task User_without_rights_is_told_apart_from_a_wrong_password()
    {
        var user = "u_" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8];
        await Server.RunAsync($"CREATE USER {user}@'%' IDENTIFIED BY 'pw'");
        await using var connector = Open(credentials: MySqlFixture.Credentials(user, "pw"));

        var report = await connector.CheckAsync(default);

        Assert.Equal("PERMISSION_DENIED", report.Code);
        Assert.Equal(HealthState.Healthy, report.Connection);
        Assert.False(report.Retryable);
    }

    [Theory]
    [InlineData("host")]
    [InlineData("database")]
    public void Missing_setting_is_named(string setting)
    {
        var settings = new Dictionary<string, object> { ["host"] = "127.0.0.1", ["database"] = "mysql" };
        settings.Remove(setting);

        var error = Assert.Throws<ConnectorException>(() =>
            new MySqlConnector(_harness.Context(settings, MySqlFixture.Credentials()))
        );

        Assert.Equal((ErrorKind.InvalidArgument, "config." + setting), (error.Kind, error.Field));
    }

    protected override IConnector OpenHealthy() => Open();

    protected override IConnector OpenAtPort(int port) => Open(port: port);

    protected override IConnector OpenAtUnknownHost() => Open(host: UnknownHost);

    protected override IConnector? OpenWithUntrustedTls() => Open(sslMode: "verify-full");

    protected override IConnector? OpenWithTrustedTls() =>
        Open(sslMode: "verify-full", caCertificate: Server.Authority.AuthorityPem);

    protected override IConnector? OpenWithWrongSecret() =>
        Open(credentials: MySqlFixture.Credentials(password: WrongSecret));

    protected override IConnector? OpenWithMissing() => Open(database: "conf_absent");

    private MySqlConnector Open(
        string host = "127.0.0.1",
        int? port = null,
        string database = "mysql",
        string sslMode = "prefer",
        string? caCertificate = null,
        Dictionary<string, string>? credentials = null
    ) =>
        new(
            _harness.Context(
                new
                {
                    host,
                    port = port ?? Server.Port,
                    database,
                    sslMode,
                    caCertificate,
                },
                credentials ?? MySqlFixture.Credentials()
            )
        );
}
