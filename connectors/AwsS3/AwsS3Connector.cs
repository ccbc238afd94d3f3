using Amazon.S3;
using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.AwsS3.Copying;
using Yyc3.Connectors.AwsS3.Listing;
using Yyc3.Connectors.AwsS3.Reading;
using Yyc3.Connectors.AwsS3.Settings;
using Yyc3.Connectors.AwsS3.Uploading;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Sdk.Sync;

[assembly: Connector(typeof(AwsS3Connector))]

namespace Yyc3.Connectors.AwsS3;

/// <summary>Serves one bucket of Amazon S3, or of a store that speaks its protocol.</summary>
public sealed class AwsS3Connector
    : IConnector,
        IObjectStore,
        IVersionedObjects,
        ISignedUrls,
        IRecordSource,
        IRecordLookup,
        IRecordSink,
        IDisposable
{
    private readonly GuardedHttpClients _httpClients;
    private readonly AmazonS3Client _client;
    private readonly ObjectUploader _uploader;
    private readonly ObjectReader _reader;
    private readonly ObjectLister _lister;
    private readonly ObjectRemover _remover;
    private readonly ObjectCopier _copier;
    private readonly DownloadLinks _links;
    private readonly ObjectRecords _records;

    public AwsS3Connector(ConnectorContext context)
        : this(context, AwsS3Options.From(context.Settings)) { }

    internal AwsS3Connector(ConnectorContext context, AwsS3Options options)
    {
        _httpClients = new GuardedHttpClients(context.Network, options.Trust, options.PoolSize);
        _client = S3ClientFactory.Create(options, context.Credentials, _httpClients);
        var bucket = new BucketAccess(_client, options);
        var requests = new ObjectRequests(bucket);
        _reader = new ObjectReader(bucket, requests);
        _uploader = new ObjectUploader(bucket, requests, context.Time, context.Logger);
        _lister = new ObjectLister(bucket);
        _remover = new ObjectRemover(bucket, requests);
        _copier = new ObjectCopier(bucket, requests, _reader, context.Time, context.Logger);
        _links = new DownloadLinks(bucket);
        _records = new ObjectRecords(this);
    }

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) =>
        HealthReport.OfAsync(_lister.ProbeAsync(cancellationToken));

    public async ValueTask<ObjectInfo> PutAsync(
        string key,
        Stream content,
        PutOptions options,
        CancellationToken cancellationToken
    ) => await _uploader.PutAsync(key, content, options, cancellationToken);

    public async ValueTask<ObjectContent> GetAsync(
        string key,
        ReadOptions options,
        CancellationToken cancellationToken
    ) => await _reader.GetAsync(key, options, cancellationToken);

    public async ValueTask<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        await _reader.StatAsync(key, versionId, cancellationToken);

    public async ValueTask<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken) =>
        await _lister.ListAsync(options, cancellationToken);

    public async ValueTask DeleteAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        await _remover.DeleteAsync(key, versionId, cancellationToken);

    public async ValueTask<ObjectInfo> CopyAsync(
        string source,
        string destination,
        CancellationToken cancellationToken
    ) => await _copier.CopyAsync(source, destination, cancellationToken);

    public async ValueTask<IReadOnlyList<ObjectInfo>> ListVersionsAsync(
        string key,
        CancellationToken cancellationToken
    ) => await _lister.ListVersionsAsync(key, cancellationToken);

    public async ValueTask<Uri> SignDownloadAsync(string key, TimeSpan lifetime, CancellationToken cancellationToken) =>
        await _links.SignAsync(key, lifetime, cancellationToken);

    public ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        _records.ListResourcesAsync(cancellationToken);

    public ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken) =>
        _records.GetPositionAsync(resource, cancellationToken);

    public ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken) =>
        _records.ReadAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) => _records.FindAsync(resource, ids, cancellationToken);

    public ValueTask<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken) =>
        _records.WriteAsync(batch, cancellationToken);

    public void Dispose()
    {
        _client.Dispose();
        _httpClients.Dispose();
    }
}
