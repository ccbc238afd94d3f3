using System.Net;
using System.Net.Http.Headers;
using Yyc3.Connectors.Gcs;
using Yyc3.Connectors.Gcs.Client;
using Yyc3.Connectors.Gcs.Objects;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Sdk.Sync;

[assembly: Connector(typeof(GcsConnector))]

namespace Yyc3.Connectors.Gcs;

/// <summary>Objects of one bucket of Google Cloud Storage, all below one folder. Thread-safe.</summary>
public sealed class GcsConnector
    : IConnector,
        IObjectStore,
        IVersionedObjects,
        ISignedUrls,
        IRecordSource,
        IRecordLookup,
        IRecordSink,
        IDisposable
{
    private static readonly TimeSpan LongestLink = TimeSpan.FromDays(7);

    private const long LargestObject = 5L * 1024 * 1024 * 1024 * 1024;

    private readonly GcsOptions _options;
    private readonly ObjectKeys _keys;
    private readonly TimeProvider _time;
    private readonly GcsClient _client;
    private readonly GcsReading _reading;
    private readonly GcsListing _listing;
    private readonly GcsUpload _upload;
    private readonly ObjectRecords _records;

    /// <summary>Opens the connector; the network is touched by the first call.</summary>
    /// <param name="context">What the host gives.</param>
    /// <exception cref="ConnectorException">A setting or credential cannot be used.</exception>
    public GcsConnector(ConnectorContext context)
        : this(context, GcsOptions.From(context)) { }

    internal GcsConnector(ConnectorContext context, GcsOptions options)
    {
        (_options, _time) = (options, context.Time);
        _client = new GcsClient(options, context);
        _keys = new ObjectKeys(options.Prefix);
        _reading = new GcsReading(_client, _keys);
        _listing = new GcsListing(_client, _reading, options.Bucket, _keys);
        _upload = new GcsUpload(_client, options.ChunkSize, context.Time);
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
        // Everything in Cloud Storage is encrypted with AES-256; there is nothing to ask for.
        options.RequireAes256();
        options = options.Checked(LargestObject, "5 TiB");
        var name = _keys.ToStored(key);
        await using var announced = new AnnouncedStream(content, options.ContentLength);
        var stored = await announced.UploadAsync(() =>
            RunAsync(() => _upload.RunAsync(name, announced, options, cancellationToken))
        );
        return stored.ToInfo(key, announced.Count, stored.Generation, _reading.UrlOf(name));
    }

    /// <inheritdoc/>
    public ValueTask<ObjectContent> GetAsync(string key, ReadOptions options, CancellationToken cancellationToken) =>
        RunAsync(() => _reading.OpenAsync(key, options, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        RunAsync(() => _reading.StatAsync(key, versionId, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken) =>
        RunAsync(() => _listing.ListAsync(options, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ObjectInfo>> ListVersionsAsync(string key, CancellationToken cancellationToken) =>
        RunAsync(() => _listing.VersionsAsync(key, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        await RunAsync(async () =>
        {
            if (versionId?.All(char.IsAsciiDigit) == false)
            {
                throw GcsErrors.VersionNotFound();
            }

            using var answer = await _client.SendAsync(
                HttpMethod.Delete,
                _client.Object(_keys.ToStored(key)) + (versionId is null ? "" : "?generation=" + versionId),
                content: null,
                prepare: null,
                cancellationToken
            );
            return answer.IsSuccessStatusCode ? true
                : answer.StatusCode == HttpStatusCode.NotFound && versionId is not null
                    ? throw GcsErrors.VersionNotFound()
                : throw await GcsClient.ErrorAsync(answer, cancellationToken);
        });

    /// <inheritdoc/>
    public ValueTask<ObjectInfo> CopyAsync(string source, string destination, CancellationToken cancellationToken) =>
        RunAsync(async () =>
        {
            var target = Uri.EscapeDataString(_keys.ToStored(destination, "destination"));
            var address =
                $"{_client.Object(_keys.ToStored(source, "source"))}/rewriteTo/b/{_options.Bucket}/o/{target}";
            var token = "";
            while (true)
            {
                var answer = await _client.SendForJsonAsync(
                    HttpMethod.Post,
                    address + token,
                    Empty(),
                    cancellationToken
                );
                if (answer.TryGetProperty("rewriteToken", out var next))
                {
                    token = "?rewriteToken=" + Uri.EscapeDataString(next.GetString()!);
                    continue;
                }

                // Exactly the copy, whatever has replaced it since.
                return await _reading.DescribeAsync(
                    destination,
                    GcsObject.Read(answer.GetProperty("resource")),
                    cancellationToken
                );
            }
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
    public void Dispose() => _client.Dispose();

    private Uri SignDownload(string key, TimeSpan lifetime) =>
        _client.Tokens.Signer is not { } signer
            ? throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "SERVICE_ACCOUNT_NEEDED",
                "Links can be signed by a service account only."
            )
        : lifetime > LongestLink ? throw ConnectorException.Invalid("lifetime", "must not be longer than 7 days")
        : SignedLink.Create(
            signer,
            _options.Endpoint,
            _options.Bucket,
            _keys.ToStored(key),
            lifetime,
            _time.GetUtcNow()
        );

    private static ByteArrayContent Empty()
    {
        var content = new ByteArrayContent([]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task ProbeAsync(CancellationToken cancellationToken) =>
        await RunAsync(() => _listing.ListAsync(new ListOptions { Limit = 1, Recursive = true }, cancellationToken));

    private static async ValueTask<T> RunAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (Exception exception) when (GcsErrors.Translate(exception) is { } error)
        {
            throw error;
        }
    }
}
