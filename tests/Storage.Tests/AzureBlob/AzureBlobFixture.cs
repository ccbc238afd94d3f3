using Azure.Storage;
using Azure.Storage.Blobs;
using Yyc3.Connectors.AzureBlob;
using Yyc3.Connectors.Storage.Tests.AzureBlob;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(AzureBlobFixture))]

namespace Yyc3.Connectors.Storage.Tests.AzureBlob;

/// <summary>One emulator for all tests of the connector, started by the first that needs it.</summary>
public sealed class AzureBlobFixture : IAsyncDisposable
{
    public const string Container = "conformance";

    private readonly ConnectorHarness _harness = new();
    private readonly LazyServer<AzuriteServer> _server;
    private readonly LazyServer<AzuriteServer> _secureServer;

    public AzureBlobFixture()
    {
        _server = new(() => StartAsync(authority: null));
        _secureServer = new(() => StartAsync(Authority));
    }

    public TestAuthority Authority { get; } = TestAuthority.Create();

    public Task<AzuriteServer> ServerAsync() => _server.GetAsync();

    public Task<AzuriteServer> SecureServerAsync() => _secureServer.GetAsync();

    public AzureBlobConnector Open(object settings, string? key = null, string? sas = null)
    {
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal);
        if (sas is null)
        {
            credentials["accountKey"] = key ?? AzuriteServer.Key;
        }
        else
        {
            credentials["sasToken"] = sas;
        }

        return new AzureBlobConnector(_harness.Context(settings, credentials));
    }

    /// <summary>Opens the shared container.</summary>
    public async Task<AzureBlobConnector> OpenAsync(bool snapshots = false, string prefix = "")
    {
        var server = await ServerAsync();
        return Open(
            new
            {
                accountName = AzuriteServer.Account,
                container = Container,
                endpoint = server.Endpoint,
                snapshots,
                prefix,
                blockSize = 1024 * 1024,
            }
        );
    }

    /// <summary>The vendor's own client.</summary>
    public static BlobContainerClient Client(AzuriteServer server, HttpMessageHandler? handler = null)
    {
        var options = new BlobClientOptions();
        if (handler is not null)
        {
            options.Transport = new Azure.Core.Pipeline.HttpClientTransport(handler);
        }

        return new BlobContainerClient(
            new Uri($"{server.Endpoint}/{AzuriteServer.Account}/{Container}"),
            new StorageSharedKeyCredential(AzuriteServer.Account, AzuriteServer.Key),
            options
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _secureServer.DisposeAsync();
        _harness.Dispose();
    }

    private async Task<AzuriteServer> StartAsync(TestAuthority? authority)
    {
        var server = await AzuriteServer.StartAsync(authority);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = Sdk.CertificateTrust.FromPem(Authority.AuthorityPem).ClientOptions(null),
        };
        await Client(server, handler).CreateAsync();
        return server;
    }
}
