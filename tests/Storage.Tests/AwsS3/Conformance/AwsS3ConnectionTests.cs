using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AwsS3.Conformance;

public sealed class AwsS3ConnectionTests(CephStore store) : ConnectionCheckTests, IAsyncLifetime
{
    private readonly ConnectorHarness _harness = new();
    private CephServer _server = null!;

    protected override string? MissingCode => "BUCKET_NOT_FOUND";

    public async ValueTask InitializeAsync() => _server = await store.ServerAsync();

    public ValueTask DisposeAsync()
    {
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override IConnector OpenHealthy() => Open($"http://127.0.0.1:{_server.Port}");

    protected override IConnector OpenAtPort(int port) => Open($"http://127.0.0.1:{port}");

    protected override IConnector OpenAtUnknownHost() => Open($"http://{UnknownHost}:{_server.Port}");

    protected override IConnector? OpenWithUntrustedTls() => Open($"https://127.0.0.1:{_server.TlsPort}");

    protected override IConnector? OpenWithTrustedTls() =>
        Open($"https://127.0.0.1:{_server.TlsPort}", authority: _server.Authority.AuthorityPem);

    protected override IConnector? OpenWithWrongSecret() =>
        Open($"http://127.0.0.1:{_server.Port}", secret: WrongSecret);

    protected override IConnector? OpenWithMissing() =>
        Open($"http://127.0.0.1:{_server.Port}", bucket: "there-is-no-such-bucket");

    private AwsS3Connector Open(
        string endpoint,
        string bucket = CephStore.Bucket,
        string secret = CephServer.SecretAccessKey,
        string authority = ""
    ) =>
        new(
            _harness.Context(
                new
                {
                    region = "us-east-1",
                    bucket,
                    endpoint,
                    caCertificate = authority,
                },
                CephStore.Credentials(secret)
            )
        );
}
