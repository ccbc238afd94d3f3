using System.Net;
using System.Net.Http.Headers;
using Yyc3.Connectors.Gcs.Client;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Gcs.Objects;

/// <summary>Objects of one bucket, all below one folder.</summary>
internal sealed class GcsObjectStore : IDisposable
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

    public GcsObjectStore(GcsOptions options, ConnectorContext context)
    {
        (_options, _time) = (options, context.Time);
        _client = new GcsClient(options, context);
        _keys = new ObjectKeys(options.Prefix);
        _reading = new GcsReading(_client, _keys);
        _listing = new GcsListing(_client, _reading, options.Bucket, _keys);
        _upload = new GcsUpload(_client, options.ChunkSize, context.Time);
    }

    public Task CheckAsync(CancellationToken cancellationToken) =>
        RunAsync(() => _listing.ListAsync(new ListOptions { Limit = 1, Recursive = true }, cancellationToken));

    public async Task<ObjectInfo> PutAsync(
        string key,
        Stream content,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        // Everything in Cloud Storage is encrypted with AES-256; there is nothing to ask for.
        if (options.EncryptionAlgorithm is not (null or "AES256"))
        {
            throw ConnectorException.Invalid("options.encryptionAlgorithm", "must be AES256");
        }

        options = options.Checked(LargestObject, "5 TiB");
        var name = _keys.ToStored(key);
        await using var announced = new AnnouncedStream(content, options.ContentLength);
        try
        {
            var stored = await _upload.RunAsync(name, announced, options, cancellationToken);
            return stored.ToInfo(key, announced.Count, stored.Generation, _reading.UrlOf(name));
        }
        catch (Exception exception)
        {
            announced.ThrowIfFaulted();
            if (GcsErrors.Translate(exception) is { } error)
            {
                throw error;
            }

            throw;
        }
    }

    public Task<ObjectContent> GetAsync(string key, ReadOptions options, CancellationToken cancellationToken) =>
        RunAsync(() => _reading.OpenAsync(key, options, cancellationToken));

    public Task<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        RunAsync(() => _reading.StatAsync(key, versionId, cancellationToken));

    public Task<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken) =>
        RunAsync(() => _listing.ListAsync(options, cancellationToken));

    public Task<IReadOnlyList<ObjectInfo>> ListVersionsAsync(string key, CancellationToken cancellationToken) =>
        RunAsync(() => _listing.VersionsAsync(key, cancellationToken));

    public Task DeleteAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        RunAsync(async () =>
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

    /// <summary>The service copies by itself; large objects take several requests.</summary>
    public Task<ObjectInfo> CopyAsync(string source, string destination, CancellationToken cancellationToken) =>
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

    /// <exception cref="ConnectorException">A token was given, which cannot sign; or the lifetime is too long.</exception>
    public Uri SignDownload(string key, TimeSpan lifetime) =>
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

    public void Dispose() => _client.Dispose();

    private static ByteArrayContent Empty()
    {
        var content = new ByteArrayContent([]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static async Task<T> RunAsync<T>(Func<Task<T>> operation)
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
