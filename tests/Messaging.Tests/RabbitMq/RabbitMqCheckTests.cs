using System.Text.Json.Nodes;
using Yyc3.Connectors.RabbitMq;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

public sealed class RabbitMqCheckTests(RabbitMqBroker broker) : ConnectionCheckTests, IAsyncLifetime
{
    private readonly ConnectorHarness _harness = new();
    private RabbitMqServer _server = null!;

    protected override string MissingCode => "VHOST_NOT_FOUND";

    public async ValueTask InitializeAsync() => _server = await broker.GetServerAsync();

    public ValueTask DisposeAsync()
    {
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override IConnector OpenHealthy() => _harness.Open(_server);

    protected override IConnector OpenAtPort(int port) => _harness.Open(_server, new JsonObject { ["port"] = port });

    protected override IConnector OpenAtUnknownHost() =>
        _harness.Open(_server, new JsonObject { ["host"] = UnknownHost });

    protected override IConnector OpenWithUntrustedTls() => OpenWithTls(TestAuthority.Create());

    protected override IConnector OpenWithTrustedTls() => OpenWithTls(_server.Authority);

    protected override IConnector OpenWithWrongSecret() => _harness.Open(_server, password: WrongSecret);

    protected override IConnector OpenWithMissing() =>
        _harness.Open(_server, new JsonObject { ["virtualHost"] = "missing" });

    private RabbitMqConnector OpenWithTls(TestAuthority authority) =>
        _harness.Open(
            _server,
            new JsonObject
            {
                ["host"] = "localhost",
                ["port"] = _server.TlsPort,
                ["tls"] = true,
                ["caCertificate"] = authority.AuthorityPem,
            }
        );
}
