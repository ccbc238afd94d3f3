using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>Clients of one container over the host's guarded network; the library repeats nothing by itself.</summary>
internal sealed class ContainerClients : IDisposable
{
    private const string SnapshotMark = "snapshot:";

    private readonly HttpClient _http;

    public ContainerClients(AzureBlobOptions options, ConnectorContext context)
    {
        Keys = new ObjectKeys(options.Prefix);
        // Deadlines are the host's; the client's own would end every request that takes 100 seconds.
        _http = new HttpClient(context.Network.CreateHttpHandler(options.Trust)) { Timeout = Timeout.InfiniteTimeSpan };
        var clientOptions = new BlobClientOptions
        {
            Transport = new HttpClientTransport(_http),
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

    public ObjectKeys Keys { get; }

    /// <summary>Id under which a snapshot is known as a version.</summary>
    public static string VersionOf(string snapshot) => SnapshotMark + snapshot;

    /// <summary>The blob of a key, or a version of it.</summary>
    /// <param name="key">The caller's key.</param>
    /// <param name="versionId">Which version; null for the newest.</param>
    /// <param name="field">Name of the input, for the error.</param>
    /// <exception cref="ConnectorException">It is no key, or no id that a version could have.</exception>
    public BlockBlobClient Blob(string key, string? versionId = null, string field = "path")
    {
        var blob = Container.GetBlockBlobClient(Keys.ToStored(key, field));
        if (versionId is null)
        {
            return blob;
        }

        var isSnapshot = versionId.StartsWith(SnapshotMark, StringComparison.Ordinal);
        var time = isSnapshot ? versionId[SnapshotMark.Length..] : versionId;
        // The client writes it into the address as it is, and takes an empty one for the blob itself.
        return time.Length == 0
            || !time.All(letter => char.IsAsciiDigit(letter) || letter is '-' or ':' or '.' or 'T' or 'Z')
                ? throw AzureBlobErrors.VersionNotFound()
            : isSnapshot ? blob.WithSnapshot(time)
            : blob.WithVersion(time);
    }

    public void Dispose() => _http.Dispose();
}
