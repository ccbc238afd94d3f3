using System.Text.Json;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>How a table is seen as a resource: one entry of the setting <c>records</c>.</summary>
/// <param name="Resource">Name of the resource.</param>
/// <param name="Table">Name of the table, with its schema before a dot if it needs one.</param>
public sealed record RecordTable(string Resource, string Table)
{
    /// <summary>The columns that make the id; empty for those of the primary key.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Column that grows whenever a row changes, such as <c>updated_at</c>; null when there is none.</summary>
    public string? ModifiedAt { get; init; }

    /// <summary>Column that is not null in rows which count as deleted; null when rows are really deleted.</summary>
    public string? DeletedAt { get; init; }

    /// <summary>The columns that are read; empty for all.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Reads the setting <c>records</c>, which the manifest's schema has checked.</summary>
    /// <param name="settings">The integration's settings.</param>
    /// <returns>The resources that are set; none when the setting is absent.</returns>
    public static IReadOnlyList<RecordTable> From(ConnectorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Json.TryGetProperty("records", out var records)
            ? [.. records.EnumerateObject().Select(entry => Read(entry.Name, entry.Value))]
            : [];
    }

    private static RecordTable Read(string resource, JsonElement entry) =>
        new(resource, Text(entry, "table") ?? resource)
        {
            Key = Texts(entry, "key"),
            ModifiedAt = Text(entry, "modifiedAt"),
            DeletedAt = Text(entry, "deletedAt"),
            Columns = Texts(entry, "columns"),
        };

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IReadOnlyList<string> Texts(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var values)
            ? [.. values.EnumerateArray().Select(value => value.GetString()!)]
            : [];
}
