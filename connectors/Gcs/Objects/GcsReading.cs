using System.Net.Http.Headers;
using Yyc3.Connectors.Gcs.Client;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Gcs.Objects;

/// <summary>Describes objects and opens them for reading, plain or not.</summary>
internal sealed class GcsReading(GcsClient client, string folder)
{
    public async Task<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        var found = await FindAsync(folder + key, versionId, cancellationToken);
        var size = found.PlainSize ?? await ReadPlainSizeAsync(found, cancellationToken);
        return found.ToInfo(key, size, found.Generation, UrlOf(found.Name));
    }

    public async Task<ObjectContent> OpenAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        // The media alone does not tell the metadata, and a range from the end needs the size.
        var found = await FindAsync(folder + key, options.VersionId, cancellationToken);
        var size = found.PlainSize ?? await ReadPlainSizeAsync(found, cancellationToken);
        var (first, length) = options.Range?.Resolve(size) ?? (0, size);
        var info = found.ToInfo(key, size, found.Generation, UrlOf(found.Name));
        if (length == 0)
        {
            return new ObjectContent(info, Stream.Null, first, length);
        }

        var isPart = options.Range is not null && !found.IsCompressed;
        var stored = await MediaAsync(
            found,
            isPart ? new RangeHeaderValue(first, first + length - 1) : null,
            cancellationToken
        );
        return new ObjectContent(
            info,
            found.IsCompressed ? GzipObject.Decompress(stored, first, length, size) : stored,
            first,
            length
        );
    }

    /// <summary>Address of an object in the browser console's domain, for people; it needs a sign-in.</summary>
    public Uri UrlOf(string name) => new(client.Object(name) + "?alt=media");

    private async Task<GcsObject> FindAsync(string name, string? versionId, CancellationToken cancellationToken)
    {
        if (versionId?.All(char.IsAsciiDigit) == false)
        {
            throw GcsErrors.VersionNotFound();
        }

        var address = client.Object(name) + (versionId is null ? "" : "?generation=" + versionId);
        try
        {
            return GcsObject.Read(await client.SendForJsonAsync(HttpMethod.Get, address, null, cancellationToken));
        }
        catch (ConnectorException missing) when (versionId is not null && missing.Kind == ErrorKind.NotFound)
        {
            throw GcsErrors.VersionNotFound();
        }
    }

    private async Task<Stream> MediaAsync(GcsObject found, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        var generation = found.Generation.Length > 0 ? "&generation=" + found.Generation : "";
        HttpResponseMessage answer;
        try
        {
            answer = await client.SendGoodAsync(
                HttpMethod.Get,
                $"{client.Object(found.Name)}?alt=media{generation}",
                content: null,
                request =>
                {
                    request.Headers.Range = range;
                    // Without it the service undoes a gzip encoding that it knows of, and lengths no longer fit.
                    request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
                },
                cancellationToken
            );
        }
        catch (ConnectorException gone) when (gone.Kind == ErrorKind.NotFound)
        {
            // It was there a moment ago.
            throw GcsErrors.Changing();
        }

        try
        {
            var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            return new ProviderStream(body, GcsErrors.Translate);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private async Task<long> ReadPlainSizeAsync(GcsObject found, CancellationToken cancellationToken)
    {
        var tail = new byte[GzipObject.TrailerLength];
        var start = Math.Max(0, found.StoredSize - tail.Length);
        await using var stored = await MediaAsync(
            found,
            new RangeHeaderValue(start, Math.Max(start, found.StoredSize - 1)),
            cancellationToken
        );
        var read = await stored.ReadAtLeastAsync(tail, tail.Length, throwOnEndOfStream: false, cancellationToken);
        return GzipObject.ReadPlainSize(tail.AsSpan(0, read));
    }
}
