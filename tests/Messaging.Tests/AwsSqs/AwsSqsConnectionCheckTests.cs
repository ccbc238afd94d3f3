using System.Globalization;
using System.Text.Json.Nodes;
using Yyc3.Connectors.AwsSqs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

public sealed class AwsSqsConnectionCheckTests(SqsFixture fixture) : ConnectionCheckTests, IAsyncLifetime
{
    private readonly ConnectorHarness _harness = new();
    private SqsServer _server = null!;

    protected override string? MissingCode => null;

    public async ValueTask InitializeAsync() => _server = await fixture.ServerAsync();

    public ValueTask DisposeAsync()
    {
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override IConnector OpenHealthy() => Open(_server.Endpoint);

    protected override IConnector OpenAtPort(int port) =>
        Open(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    protected override IConnector OpenAtUnknownHost() => Open($"https://{UnknownHost}");

    protected override IConnector OpenWithUntrustedTls() => Open(_server.TlsEndpoint);

    protected override IConnector OpenWithTrustedTls() =>
        Open(_server.TlsEndpoint, new JsonObject { ["caCertificate"] = _server.Authority.AuthorityPem });

    protected override IConnector OpenWithWrongSecret() =>
        Open(_server.Endpoint, credentials: SqsContexts.Credentials(WrongSecret));

    /// <summary>An integration names no queue.</summary>
    protected override IConnector? OpenWithMissing() => null;

    private AwsSqsConnector Open(
        string endpoint,
        JsonObject? settings = null,
        Dictionary<string, string>? credentials = null
    ) => new(SqsContexts.Context(_harness, endpoint, settings, credentials));
}
