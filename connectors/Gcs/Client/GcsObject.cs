using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Gcs.Client;

/// <summary>What the service tells of one object.</summary>
internal sealed record GcsObject
{
    /// <summary>Metadata entry that marks content stored as gzip.</summary>
    public const string EncodingEntry = "yyc3-encoding";

    /// <summary>Metadata entry with the plain size, where it was known at upload.</summary>
    public const string SizeEntry = "yyc3-size";

    public required string Name { get; init; }

    public required string Generation { get; init; }

    public required string ETag { get; init; }

    public required string ContentType { get; init; }

    public required long StoredSize { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public required Dictionary<string, string> Metadata { get; init; }

    public bool IsCompressed => Metadata.TryGetValue(EncodingEntry, out var encoding) && encoding is "gzip";

    /// <summary>Null when the content is compressed and its plain size was not known at upload.</summary>
    public long? PlainSize =>
        !IsCompressed ? StoredSize
        : Metadata.TryGetValue(SizeEntry, out var text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
        : null;

    /// <exception cref="KeyNotFoundException">It is no object resource.</exception>
    public static GcsObject Read(JsonElement json)
    {
        var generation = Text(json, "generation") ?? "";
        return new GcsObject
        {
            Name = json.GetProperty("name").GetString()!,
            Generation = generation,
            ETag = (Text(json, "etag") ?? generation).Trim('"'),
            ContentType = Text(json, "contentType") ?? "application/octet-stream",
            StoredSize = long.Parse(Text(json, "size") ?? "0", CultureInfo.InvariantCulture),
            Updated = DateTimeOffset.Parse(
                Text(json, "updated") ?? Text(json, "timeCreated") ?? "1970-01-01T00:00:00Z",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal
            ),
            Metadata =
                json.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
                    ? metadata
                        .EnumerateObject()
                        .ToDictionary(
                            entry => entry.Name,
                            entry => entry.Value.GetString() ?? "",
                            StringComparer.Ordinal
                        )
                    : new(StringComparer.Ordinal),
        };
    }

    /// <param name="key">Its key for callers.</param>
    /// <param name="size">Plain size.</param>
    /// <param name="versionId">The version that was asked for; null tells none.</param>
    /// <param name="url">Its address, for people.</param>
    public ObjectInfo ToInfo(string key, long size, string? versionId, Uri url) =>
        new()
        {
            Key = key,
            Size = size,
            ContentType = ContentType,
            ETag = ETag,
            LastModified = Updated,
            VersionId = versionId,
            Metadata = Metadata
                .Where(entry => entry.Key is not (EncodingEntry or SizeEntry))
                .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal),
            Url = url,
        };

    /// <summary>Numbers come as text, and from some servers as numbers.</summary>
    private static string? Text(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText()
        : null;
}
