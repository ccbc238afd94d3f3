using System.Net;
using System.Net.Http.Headers;
using Yyc3.Connectors.Gcs.Client;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Gcs.Objects;

/// <summary>Describes objects and opens them for reading, plain or not.</summary>
internal sealed class GcsReading(GcsClient client, ObjectKeys keys)
{
    public async Task<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        var found = await FindAsync(keys.ToStored(key), versionId, cancellationToken);
        return await DescribeAsync(key, found, cancellationToken);
    }

    /// <summary>Describes an object that the service has told of; that of compressed content may take another request.</summary>
    public async Task<ObjectInfo> DescribeAsync(string key, GcsObject found, CancellationToken cancellationToken)
    {
        var size = found.PlainSize ?? await ReadPlainSizeAsync(found, cancellationToken);
        return found.ToInfo(key, size, found.Generation, UrlOf(found.Name));
    }

    public async Task<ObjectContent> OpenAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        // The media alone does not tell the metadata, and a range from the end needs the size.
        var found = await FindAsync(keys.ToStored(key), options.VersionId, cancellationToken);
        var size = found.PlainSize ?? await ReadPlainSizeAsync(found, cancellationToken);
        var (first, length) = options.Range?.Resolve(size) ?? (0, size);
        var info = found.ToInfo(key, size, found.Generation, UrlOf(found.Name));
        if (length == 0)
        {
            return new ObjectContent(info, Stream.Null, first, length);
        }

        var isPart = options.Range is not null && !found.IsCompressed;
        var stored = await MediaAsync(found, isPart ? (first, length) : null, cancellationToken);
        return new ObjectContent(
            info,
            found.IsCompressed ? GzipObject.Decompress(stored, first, length, size) : stored,
            first,
            length
        );
    }

    /// <summary>Address of an object's content, for people; it answers only to requests with a token, unless the object is public.</summary>
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

    private async Task<Stream> MediaAsync(
        GcsObject found,
        (long First, long Length)? part,
        CancellationToken cancellationToken
    )
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
                    request.Headers.Range = part is var (first, length)
                        ? new RangeHeaderValue(first, first + length - 1)
                        : null;
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
            Check(answer, found, part);
            var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            return new ProviderStream(body, GcsErrors.Translate);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>The status tells whether the range was heeded; the length, where it is told, must be that of what was asked for.</summary>
    private static void Check(HttpResponseMessage answer, GcsObject found, (long First, long Length)? part)
    {
        var headers = answer.Content.Headers;
        var isAsked = part is var (first, _)
            ? answer.StatusCode == HttpStatusCode.PartialContent && (headers.ContentRange?.From ?? first) == first
            : answer.StatusCode == HttpStatusCode.OK;
        if (!isAsked || (headers.ContentLength is { } length && length != (part?.Length ?? found.StoredSize)))
        {
            throw GcsErrors.RangeIgnored();
        }
    }

    private async Task<long> ReadPlainSizeAsync(GcsObject found, CancellationToken cancellationToken)
    {
        var tail = new byte[GzipObject.TrailerLength];
        var start = Math.Max(0, found.StoredSize - tail.Length);
        await using var stored = await MediaAsync(
            found,
            (start, Math.Min(tail.Length, found.StoredSize)),
            cancellationToken
        );
        var read = await stored.ReadAtLeastAsync(tail, tail.Length, throwOnEndOfStream: false, cancellationToken);
        return GzipObject.ReadPlainSize(tail.AsSpan(0, read));
    }
}
