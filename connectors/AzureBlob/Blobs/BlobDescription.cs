using Azure;
using Azure.Storage.Blobs.Models;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>Describes blobs as objects.</summary>
internal static class BlobDescription
{
    private const string UnknownType = "application/octet-stream";

    public static ObjectInfo Of(string key, Uri url, BlobProperties blob, string? versionId, long size) =>
        new()
        {
            Key = key,
            Size = size,
            ContentType = blob.ContentType ?? UnknownType,
            ETag = Text(blob.ETag),
            LastModified = blob.LastModified,
            VersionId = versionId ?? blob.VersionId,
            Metadata = BlobMetadata.Read(blob.Metadata),
            Url = WithoutSignature(url),
        };

    public static ObjectInfo Of(string key, Uri url, BlobDownloadDetails blob, string? versionId, long size) =>
        new()
        {
            Key = key,
            Size = size,
            ContentType = blob.ContentType ?? UnknownType,
            ETag = Text(blob.ETag),
            LastModified = blob.LastModified,
            VersionId = versionId ?? blob.VersionId,
            Metadata = BlobMetadata.Read(blob.Metadata),
            Url = WithoutSignature(url),
        };

    /// <summary>An item of a listing. The plain size of compressed content is there only if it was known at upload.</summary>
    public static ObjectInfo Of(string key, Uri url, BlobItem blob, string? versionId) =>
        new()
        {
            Key = key,
            Size = BlobMetadata.ReadPlainSize(blob.Metadata) ?? blob.Properties.ContentLength ?? 0,
            ContentType = blob.Properties.ContentType ?? UnknownType,
            ETag = blob.Properties.ETag is { } tag ? Text(tag) : "",
            LastModified = blob.Properties.LastModified ?? default,
            VersionId = versionId,
            Metadata = BlobMetadata.Read(blob.Metadata),
            Url = WithoutSignature(url),
        };

    public static string Text(ETag tag) => tag.ToString("G").Trim('"');

    public static Uri WithoutSignature(Uri url) => new(url.GetLeftPart(UriPartial.Path));
}
