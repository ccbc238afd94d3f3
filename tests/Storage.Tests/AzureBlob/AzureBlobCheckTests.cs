using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AzureBlob;

public sealed class AzureBlobCheckTests(AzureBlobFixture azure) : ConnectionCheckTests, IAsyncLifetime
{
    private AzuriteServer _server = null!;
    private AzuriteServer _secure = null!;

    protected override string MissingCode => "CONTAINER_NOT_FOUND";

    public async ValueTask InitializeAsync()
    {
        _server = await azure.ServerAsync();
        _secure = await azure.SecureServerAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override IConnector OpenHealthy() => azure.Open(Settings(_server.Endpoint));

    protected override IConnector OpenAtPort(int port) => azure.Open(Settings($"http://127.0.0.1:{port}"));

    protected override IConnector OpenAtUnknownHost() => azure.Open(Settings($"http://{UnknownHost}:10000"));

    protected override IConnector OpenWithUntrustedTls() => azure.Open(Settings(_secure.Endpoint));

    protected override IConnector OpenWithTrustedTls() =>
        azure.Open(
            new
            {
                accountName = AzuriteServer.Account,
                container = AzureBlobFixture.Container,
                endpoint = _secure.Endpoint,
                caCertificate = azure.Authority.AuthorityPem,
            }
        );

    protected override IConnector OpenWithWrongSecret() =>
        azure.Open(Settings(_server.Endpoint), key: Convert.ToBase64String("wrong-0123456789"u8));

    protected override IConnector OpenWithMissing() => azure.Open(Settings(_server.Endpoint, "absent"));

    private static object Settings(string endpoint, string container = AzureBlobFixture.Container) =>
        new
        {
            accountName = AzuriteServer.Account,
            container,
            endpoint,
        };
}
