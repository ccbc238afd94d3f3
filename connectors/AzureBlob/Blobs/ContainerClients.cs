using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>Clients of one container over the host's guarded network; the library repeats nothing by itself.</summary>
internal sealed class ContainerClients : IDisposable
{
    private const string SnapshotMark = "snapshot:";

    private readonly HttpMessageHandler _handler;
    private readonly AzureBlobOptions _options;

    public ContainerClients(AzureBlobOptions options, ConnectorContext context)
    {
        _options = options;
        _handler = context.Network.CreateHttpHandler(options.Trust);
        var clientOptions = new BlobClientOptions
        {
            Transport = new HttpClientTransport(_handler),
            Retry = { MaxRetries = 0, NetworkTimeout = Timeout.InfiniteTimeSpan },
            Diagnostics =
            {
                IsTelemetryEnabled = false,
                IsLoggingEnabled = false,
                IsDistributedTracingEnabled = false,
            },
        };
        var service = options.AccountKey is { } key
            ? new BlobServiceClient(
                options.Service,
                new StorageSharedKeyCredential(options.AccountName, key),
                clientOptions
            )
            : new BlobServiceClient(new UriBuilder(options.Service) { Query = options.SasToken }.Uri, clientOptions);
        Container = service.GetBlobContainerClient(options.Container);
    }

    public BlobContainerClient Container { get; }

    /// <summary>Id under which a snapshot is known as a version.</summary>
    public static string VersionOf(string snapshot) => SnapshotMark + snapshot;

    /// <summary>The blob of a key, or a version of it.</summary>
    public BlockBlobClient Blob(string key, string? versionId = null)
    {
        var blob = Container.GetBlockBlobClient(_options.Prefix + key);
        return versionId is null ? blob
            : versionId.StartsWith(SnapshotMark, StringComparison.Ordinal)
                ? blob.WithSnapshot(versionId[SnapshotMark.Length..])
            : blob.WithVersion(versionId);
    }

    public void Dispose() => _handler.Dispose();
}
