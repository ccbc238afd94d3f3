using Amazon.S3.Model;

namespace Yyc3.Connectors.AwsS3.Objects;

/// <summary>An object as the store describes it, before compression is undone.</summary>
internal sealed record StoredObject
{
    private const string UnknownType = "application/octet-stream";

    /// <summary>Key in the bucket.</summary>
    public required string Key { get; init; }

    /// <summary>Bytes at rest.</summary>
    public required long StoredSize { get; init; }

    public required string ETag { get; init; }

    public required DateTimeOffset LastModified { get; init; }

    public required string ContentType { get; init; }

    public string? VersionId { get; init; }

    /// <summary>The caller's names and values.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How it was compressed; null when it was not.</summary>
    public GzipMark? Gzip { get; init; }

    /// <summary>From an answer to HEAD.</summary>
    public static StoredObject From(string key, GetObjectMetadataResponse answer)
    {
        var headers = MetadataHeaders.Read(answer.Metadata);
        return new StoredObject
        {
            Key = key,
            StoredSize = answer.ContentLength,
            ETag = Tag(answer.ETag),
            LastModified = Time(answer.LastModified),
            ContentType = answer.ContentType ?? answer.Headers.ContentType ?? UnknownType,
            VersionId = answer.VersionId,
            Metadata = headers.Values,
            Gzip = headers.Gzip,
        };
    }

    /// <summary>From an answer to GET.</summary>
    /// <param name="key">Key in the bucket.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="size">Size of the whole object.</param>
    public static StoredObject From(string key, GetObjectResponse answer, long size)
    {
        var headers = MetadataHeaders.Read(answer.Metadata);
        return new StoredObject
        {
            Key = key,
            StoredSize = size,
            ETag = Tag(answer.ETag),
            LastModified = Time(answer.LastModified),
            ContentType = answer.Headers.ContentType ?? UnknownType,
            VersionId = answer.VersionId,
            Metadata = headers.Values,
            Gzip = headers.Gzip,
        };
    }

    /// <summary>From a listing, which tells neither type nor metadata.</summary>
    public static StoredObject From(S3Object entry) =>
        new()
        {
            Key = entry.Key,
            StoredSize = entry.Size ?? 0,
            ETag = Tag(entry.ETag),
            LastModified = Time(entry.LastModified),
            ContentType = UnknownType,
            VersionId = (entry as S3ObjectVersion)?.VersionId,
        };

    /// <summary>The tag without its quotes.</summary>
    public static string Tag(string? tag) => tag?.Trim('"') ?? "";

    private static DateTimeOffset Time(DateTime? time) =>
        time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : DateTimeOffset.UnixEpoch;
}
