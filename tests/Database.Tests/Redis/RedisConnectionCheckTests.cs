using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.Redis;

public sealed class RedisConnectionCheckTests : ConnectionCheckTests, IAsyncLifetime
{
    private readonly ConnectorHarness _harness = new();
    private RedisServer _server = null!;

    protected override string? MissingCode => "DATABASE_NOT_FOUND";

    public async ValueTask InitializeAsync() => _server = await RedisServers.SharedAsync();

    public ValueTask DisposeAsync()
    {
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override IConnector OpenHealthy() => Open(new { host = "127.0.0.1", port = _server.Port });

    protected override IConnector OpenAtPort(int port) => Open(new { host = "127.0.0.1", port });

    protected override IConnector OpenAtUnknownHost() => Open(new { host = UnknownHost });

    protected override IConnector? OpenWithUntrustedTls() =>
        Open(
            new
            {
                host = "127.0.0.1",
                port = _server.TlsPort,
                tls = true,
            }
        );

    protected override IConnector? OpenWithTrustedTls() =>
        Open(
            new
            {
                host = "127.0.0.1",
                port = _server.TlsPort,
                tls = true,
                caCertificate = _server.Authority.AuthorityPem,
            }
        );

    protected override IConnector? OpenWithWrongSecret() =>
        Open(new { host = "127.0.0.1", port = _server.Port }, WrongSecret);

    protected override IConnector? OpenWithMissing() =>
        Open(
            new
            {
                host = "127.0.0.1",
                port = _server.Port,
                database = RedisServer.Databases,
            }
        );

    private RedisConnector Open(object settings, string? password = null) =>
        new(_harness.Context(settings, RedisServers.Credentials(password ?? RedisServers.Password)));
}
