namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>Description of a stored object.</summary>
public sealed record ObjectInfo
{
    /// <summary>The key, without a leading slash.</summary>
    public required string Key { get; init; }

    /// <summary>Size of the content in bytes as a reader gets it.</summary>
    public required long Size { get; init; }

    /// <summary>Media type; <c>application/octet-stream</c> when unknown.</summary>
    public required string ContentType { get; init; }

    /// <summary>Opaque tag that changes with the content, without quotes.</summary>
    public required string ETag { get; init; }

    /// <summary>When this version was stored, UTC.</summary>
    public required DateTimeOffset LastModified { get; init; }

    /// <summary>Id of this version; null when the store keeps none.</summary>
    public string? VersionId { get; init; }

    /// <summary>The caller's names and values. Empty in listings of providers that do not list them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Address of the object at the provider, for people; null when it has none.</summary>
    public Uri? Url { get; init; }
}
