using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using Yyc3.Connectors.AzureBlob;
using Yyc3.Connectors.AzureBlob.Blobs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Sdk.Sync;

[assembly: Connector(typeof(AzureBlobConnector))]

namespace Yyc3.Connectors.AzureBlob;

/// <summary>Block blobs of one container of an Azure storage account, all below one folder. Thread-safe.</summary>
public sealed class AzureBlobConnector
    : IConnector,
        IObjectStore,
        IVersionedObjects,
        ISignedUrls,
        IRecordSource,
        IRecordLookup,
        IRecordSink,
        IDisposable
{
    private readonly AzureBlobOptions _options;
    private readonly TimeProvider _time;
    private readonly ContainerClients _clients;
    private readonly BlobReading _reading;
    private readonly BlobListing _listing;
    private readonly BlobCopy _copy;
    private readonly ObjectRecords _records;

    /// <summary>Opens the connector; the network is touched by the first call.</summary>
    /// <param name="context">What the host gives.</param>
    /// <exception cref="ConnectorException">A setting or credential cannot be used.</exception>
    public AzureBlobConnector(ConnectorContext context)
        : this(context, AzureBlobOptions.From(context)) { }

    internal AzureBlobConnector(ConnectorContext context, AzureBlobOptions options)
    {
        (_options, _time) = (options, context.Time);
        _clients = new ContainerClients(options, context);
        _reading = new BlobReading(_clients);
        _listing = new BlobListing(_clients);
        _copy = new BlobCopy(options, context.Time);
        _records = new ObjectRecords(this);
    }

    /// <inheritdoc/>
    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) =>
        HealthReport.OfAsync(ProbeAsync(cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<ObjectInfo> PutAsync(
        string key,
        Stream content,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        options.RequireAes256();
        options = options.Checked(BlobUpload.LargestObject, "95 TiB");
        var blob = _clients.Blob(key);
        await using var announced = new AnnouncedStream(content, options.ContentLength);
        return await announced.UploadAsync(() =>
            RunAsync(async () =>
            {
                var answer = await BlobUpload.RunAsync(blob, announced, options, _options.BlockSize, cancellationToken);
                var stored = new StoredBlob(answer.ETag, answer.LastModified, answer.VersionId);
                return new ObjectInfo
                {
                    Key = key,
                    Size = announced.Count,
                    ContentType = options.ContentType,
                    ETag = BlobDescription.Text(stored.ETag),
                    LastModified = stored.LastModified,
                    VersionId = await KeepAsync(blob, stored, cancellationToken),
                    Metadata = options.Metadata,
                    Url = BlobDescription.WithoutSignature(blob.Uri),
                };
            })
        );
    }

    /// <inheritdoc/>
    public ValueTask<ObjectContent> GetAsync(string key, ReadOptions options, CancellationToken cancellationToken) =>
        RunAsync(() => _reading.OpenAsync(key, options, cancellationToken), options.VersionId);

    /// <inheritdoc/>
    public ValueTask<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        RunAsync(() => _reading.StatAsync(key, versionId, cancellationToken), versionId);

    /// <inheritdoc/>
    public ValueTask<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken) =>
        RunAsync(() => _listing.ListAsync(options, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ObjectInfo>> ListVersionsAsync(string key, CancellationToken cancellationToken) =>
        RunAsync(() => _listing.VersionsAsync(key, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        await RunAsync(
            () =>
                _clients
                    .Blob(key, versionId)
                    .DeleteAsync(
                        versionId is null && _options.TakesSnapshots
                            ? DeleteSnapshotsOption.IncludeSnapshots
                            : DeleteSnapshotsOption.None,
                        cancellationToken: cancellationToken
                    ),
            versionId
        );

    /// <inheritdoc/>
    public ValueTask<ObjectInfo> CopyAsync(string source, string destination, CancellationToken cancellationToken) =>
        RunAsync(async () =>
        {
            var from = _clients.Blob(source, field: "source");
            var target = _clients.Blob(destination, field: "destination");
            BlobProperties found = await from.GetPropertiesAsync(cancellationToken: cancellationToken);
            var stored = await _copy.RunAsync(from, found, target, cancellationToken);
            var size = await BlobReading.SizeOfAsync(target, found, stored.ETag, cancellationToken);
            return BlobDescription.Of(destination, target.Uri, found, versionId: null, size) with
            {
                ETag = BlobDescription.Text(stored.ETag),
                LastModified = stored.LastModified,
                VersionId = await KeepAsync(target, stored, cancellationToken),
            };
        });

    /// <inheritdoc/>
    public ValueTask<Uri> SignDownloadAsync(string key, TimeSpan lifetime, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SignDownload(key, lifetime));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        _records.ListResourcesAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken) =>
        _records.GetPositionAsync(resource, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken) =>
        _records.ReadAsync(query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) => _records.FindAsync(resource, ids, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken) =>
        _records.WriteAsync(batch, cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _clients.Dispose();

    private Uri SignDownload(string key, TimeSpan lifetime)
    {
        var blob = _clients.Blob(key);
        return blob.CanGenerateSasUri
            ? blob.GenerateSasUri(BlobSasPermissions.Read, _time.GetUtcNow() + lifetime)
            : throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "ACCOUNT_KEY_NEEDED",
                "Links can be signed with an account key only."
            );
    }

    /// <summary>The new version's id; a snapshot where the account keeps no versions and the integration asks for them.</summary>
    private async Task<string?> KeepAsync(BlockBlobClient blob, StoredBlob stored, CancellationToken cancellationToken)
    {
        if (stored.VersionId is not null || !_options.TakesSnapshots)
        {
            return stored.VersionId;
        }

        BlobSnapshotInfo snapshot = await blob.CreateSnapshotAsync(
            conditions: new BlobRequestConditions { IfMatch = stored.ETag },
            cancellationToken: cancellationToken
        );
        return ContainerClients.VersionOf(snapshot.Snapshot);
    }

    private async Task ProbeAsync(CancellationToken cancellationToken) =>
        // One name of a listing: what a signature for the container alone may do as well.
        await RunAsync(async () =>
            await _clients
                .Container.GetBlobsAsync(BlobTraits.None, BlobStates.None, _options.Prefix, cancellationToken)
                .AsPages(pageSizeHint: 1)
                .GetAsyncEnumerator(cancellationToken)
                .MoveNextAsync()
        );

    private static async ValueTask<T> RunAsync<T>(Func<Task<T>> operation, string? versionId = null)
    {
        try
        {
            return await operation();
        }
        catch (Exception exception) when (AzureBlobErrors.Translate(exception, versionId) is { } error)
        {
            throw error;
        }
    }
}
