using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.LocalFs.Sidecar;

/// <summary>
/// What the sidecar knows of one version. It counts for a file only while the file's status, or else its stored hash, is
/// the one written here; so a record can never lend its metadata to other content.
/// </summary>
internal sealed record ObjectRecord
{
    public required string Key { get; init; }

    /// <summary>Id of the version; ids of one object grow.</summary>
    public required string VersionId { get; init; }

    /// <summary>Bytes a reader gets.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256 of the bytes a reader gets, in hexadecimal.</summary>
    public required string ETag { get; init; }

    public required string ContentType { get; init; }

    public required DateTimeOffset StoredAt { get; init; }

    public required StoredForm Form { get; init; }

    /// <summary>The file as it was when the record was written.</summary>
    public required FileStatus Status { get; init; }

    /// <summary>SHA-256 of the bytes in the file.</summary>
    public required string StoredHash { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public ObjectInfo ToInfo() =>
        new()
        {
            Key = Key,
            Size = Size,
            ContentType = ContentType,
            ETag = ETag,
            LastModified = StoredAt,
            VersionId = VersionId.Length == 0 ? null : VersionId,
            Metadata = Metadata,
        };
}
