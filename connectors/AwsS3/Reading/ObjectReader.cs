using System.Net.Http.Headers;
using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.AwsS3.Faults;
using Yyc3.Connectors.AwsS3.Objects;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using ByteRange = Yyc3.Connectors.Sdk.Storage.ByteRange;

namespace Yyc3.Connectors.AwsS3.Reading;

/// <summary>Describes and opens objects, and undoes their compression.</summary>
internal sealed class ObjectReader(BucketAccess bucket, ObjectRequests requests)
{
    public async Task<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        var found = await requests.FindAsync(bucket.Keys.ToStored(key), versionId, cancellationToken);
        return bucket.Describe(found, await SizeOfAsync(found, cancellationToken));
    }

    public async Task<ObjectContent> GetAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        var stored = bucket.Keys.ToStored(key);
        // S3 has no way to ask for nothing.
        if (options.Range is { SuffixLength: 0 } nothing)
        {
            return await OpenOutsideAsync(stored, options.VersionId, nothing, cancellationToken);
        }

        GetObjectResponse answer;
        try
        {
            answer = await requests.OpenAsync(stored, options.VersionId, options.Range, cancellationToken);
        }
        catch (ConnectorException error) when (error.Kind == ErrorKind.OutOfRange && options.Range is not null)
        {
            return await OpenOutsideAsync(stored, options.VersionId, options.Range.Value, cancellationToken);
        }

        try
        {
            return await ReadAsync(stored, answer, options.Range, cancellationToken);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private async Task<ObjectContent> ReadAsync(
        string key,
        GetObjectResponse answer,
        ByteRange? range,
        CancellationToken cancellationToken
    )
    {
        var part = ContentRangeHeaderValue.TryParse(answer.ContentRange, out var parsed) ? parsed : null;
        var found = StoredObject.From(key, answer, part?.Length ?? answer.ContentLength);
        if (found.Gzip is not null)
        {
            if (range is null && found.Gzip.PlainSize is { } size)
            {
                return Decompress(found, answer, 0, size, size);
            }

            // A part of what is compressed says nothing, and the size may stand at its end. Its connection is given back first: others
            // may wait for one as well, each holding one.
            answer.Dispose();
            return await OpenCompressedAsync(found, range, cancellationToken);
        }

        var (first, length) = range?.Resolve(found.StoredSize) ?? (0, found.StoredSize);
        return (part?.From ?? 0) == first && answer.ContentLength == length
            ? new ObjectContent(
                bucket.Describe(found, found.StoredSize),
                new ObjectBodyStream(answer, length),
                first,
                length
            )
            : throw AwsS3Errors.RangeIgnored();
    }

    /// <summary>
    /// Looks at an object again whose bytes at rest do not reach as far as asked for: it may be compressed. If not, the error tells
    /// the size, which S3 leaves out.
    /// </summary>
    private async Task<ObjectContent> OpenOutsideAsync(
        string key,
        string? versionId,
        ByteRange range,
        CancellationToken cancellationToken
    )
    {
        var found = await requests.FindAsync(key, versionId, cancellationToken);
        if (found.Gzip is not null)
        {
            return await OpenCompressedAsync(found, range, cancellationToken);
        }

        range.Resolve(found.StoredSize);
        throw AwsS3Errors.ObjectChanging();
    }

    private async Task<ObjectContent> OpenCompressedAsync(
        StoredObject found,
        ByteRange? range,
        CancellationToken cancellationToken
    )
    {
        var size = await SizeOfAsync(found, cancellationToken);
        var (first, length) = range?.Resolve(size) ?? (0, size);
        var answer = await requests.OpenAsync(found, range: null, cancellationToken);
        return Decompress(found, answer, first, length, size);
    }

    private ObjectContent Decompress(StoredObject found, GetObjectResponse answer, long first, long length, long size)
    {
        var stored = new ObjectBodyStream(answer, answer.ContentLength);
        var plain = GzipObject.Decompress(stored, first, length, size);
        return new ObjectContent(bucket.Describe(found, size), plain, first, length);
    }

    /// <summary>Size of an object as its reader gets it.</summary>
    private async ValueTask<long> SizeOfAsync(StoredObject found, CancellationToken cancellationToken)
    {
        if (found.Gzip is null or { PlainSize: not null })
        {
            return found.Gzip?.PlainSize ?? found.StoredSize;
        }

        var tail = ByteRange.Suffix(GzipObject.TrailerLength);
        using var answer = await requests.OpenAsync(found, tail, cancellationToken);
        await using var content = new ObjectBodyStream(answer, answer.ContentLength);
        var bytes = new byte[GzipObject.TrailerLength];
        var read = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return GzipObject.ReadPlainSize(bytes.AsSpan(0, read));
    }
}
