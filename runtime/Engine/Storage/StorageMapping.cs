using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Storage.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Sdk.Storage;
using ByteRange = Yyc3.Connectors.Sdk.Storage.ByteRange;
using File = Yyc3.Connectors.Contracts.Storage.V1.File;
using ProtoRange = Yyc3.Connectors.Contracts.Storage.V1.ByteRange;

namespace Yyc3.Connectors.Runtime.Storage;

/// <summary>Files as the contracts spell them.</summary>
internal static class StorageMapping
{
    public static File ToFile(string integrationId, ObjectInfo info)
    {
        var file = new File
        {
            FileId = FileId(integrationId, info.Key),
            Path = FilePath.FromKey(info.Key),
            Size = info.Size,
            ContentType = info.ContentType,
            Etag = info.ETag,
            LastModified = info.LastModified.ToTimestamp(),
            VersionId = info.VersionId ?? "",
        };
        foreach (var (name, value) in info.Metadata)
        {
            file.Metadata[name] = value;
        }

        return file;
    }

    public static FileSummary ToSummary(string integrationId, ObjectInfo info) =>
        new()
        {
            FileId = FileId(integrationId, info.Key),
            Path = FilePath.FromKey(info.Key),
            Size = info.Size,
            ContentType = info.ContentType,
            LastModified = info.LastModified.ToTimestamp(),
        };

    public static UploadFileResponse ToUploaded(string integrationId, ObjectInfo info) =>
        new()
        {
            FileId = FileId(integrationId, info.Key),
            Path = FilePath.FromKey(info.Key),
            // Its text as it is, not as people read it: what is escaped stays escaped.
            Url = info.Url is { IsAbsoluteUri: true } url ? url.AbsoluteUri : DownloadUrl(integrationId, info.Key),
            Size = info.Size,
            ContentType = info.ContentType,
            Etag = info.ETag,
            UploadedAt = info.LastModified.ToTimestamp(),
            VersionId = info.VersionId ?? "",
        };

    public static DownloadHeader ToHeader(ObjectContent content, bool isPart)
    {
        var info = content.Info;
        var header = new DownloadHeader
        {
            Name = FilePath.NameOf(info.Key),
            ContentType = info.ContentType,
            ContentLength = content.Length,
            Etag = info.ETag,
            LastModified = info.LastModified.ToTimestamp(),
            ContentRange = isPart
                ? new ContentRange
                {
                    First = content.First,
                    Last = content.First + content.Length - 1,
                    Total = info.Size,
                }
                : null,
            VersionId = info.VersionId ?? "",
        };
        foreach (var (name, value) in info.Metadata)
        {
            header.Metadata[name] = value;
        }

        return header;
    }

    public static ByteRange? ToRange(ProtoRange? range)
    {
        if (range is null)
        {
            return null;
        }

        if (range.HasSuffixLength)
        {
            return range.HasFirst || range.HasLast
                ? throw Fault.Invalid("range.suffixLength", "excludes first and last")
                : ByteRange.Suffix(range.SuffixLength);
        }

        return !range.HasFirst ? throw Fault.Invalid("range.first", "is required unless suffixLength is given")
            : range.HasLast && range.Last < range.First ? throw Fault.Invalid("range.last", "must not lie before first")
            : ByteRange.Between(range.First, range.HasLast ? range.Last : null);
    }

    /// <summary>The same for the same path of the same integration, on every node and after every restart.</summary>
    private static string FileId(string integrationId, string key) =>
        "file-"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{integrationId}/{key}")).AsSpan(0, 10));

    /// <summary>For providers whose objects have no address of their own: where this runtime serves them.</summary>
    private static string DownloadUrl(string integrationId, string key) =>
        $"/v1/integrations/{integrationId}/storage/download?path={Uri.EscapeDataString(FilePath.FromKey(key))}";
}
