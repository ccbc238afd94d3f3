using System.Text.Json;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>How a collection is seen as a resource: one entry of the setting <c>records</c>.</summary>
/// <param name="Resource">Name of the resource.</param>
/// <param name="Collection">Name of the collection.</param>
internal sealed record RecordCollection(string Resource, string Collection)
{
    /// <summary>Field that grows whenever a document changes, with dots for one inside another; null when there is none.</summary>
    public string? ModifiedAt { get; init; }

    /// <summary>Field that is not null in documents which count as deleted; null when documents are really deleted.</summary>
    public string? DeletedAt { get; init; }

    /// <summary>Fields keep the types that JSON lacks, as extended JSON.</summary>
    public bool IsExtended { get; init; }

    public RecordResource Described =>
        new(Resource)
        {
            KeyFields = ["_id"],
            TellsChanges = ModifiedAt is not null,
            TellsDeletions = ModifiedAt is not null && DeletedAt is not null,
        };

    /// <summary>Reads the setting, which the manifest's schema has checked.</summary>
    public static IReadOnlyList<RecordCollection> From(ConnectorSettings settings) =>
        settings.Json.TryGetProperty("records", out var records)
            ? [.. records.EnumerateObject().Select(entry => Read(entry.Name, entry.Value))]
            : [];

    private static RecordCollection Read(string resource, JsonElement entry) =>
        new(resource, Text(entry, "collection") ?? resource)
        {
            ModifiedAt = Text(entry, "modifiedAt"),
            DeletedAt = Text(entry, "deletedAt"),
            IsExtended = entry.TryGetProperty("extendedJson", out var value) && value.ValueKind == JsonValueKind.True,
        };

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) ? value.GetString() : null;
}
