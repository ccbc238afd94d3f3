using System.Text.Json;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Redis.Records;

/// <summary>Keys that are seen as a resource: one entry of the setting <c>records</c>.</summary>
/// <param name="Resource">Name of the resource.</param>
/// <param name="Pattern">Which keys, as the server's MATCH takes it.</param>
internal sealed record KeyResource(string Resource, string Pattern)
{
    public RecordResource Described => new(Resource) { KeyFields = ["key"] };

    /// <summary>Reads the setting, which the manifest's schema has checked; without any all keys are one resource.</summary>
    public static IReadOnlyList<KeyResource> From(ConnectorSettings settings)
    {
        var read =
            settings.Json.TryGetProperty("records", out var records) && records.ValueKind == JsonValueKind.Object
                ? records.EnumerateObject().Select(entry => Read(entry.Name, entry.Value)).ToList()
                : [];
        return read.Count > 0 ? read : [new KeyResource("keys", "*")];
    }

    private static KeyResource Read(string resource, JsonElement entry) =>
        new(resource, entry.TryGetProperty("pattern", out var pattern) ? pattern.GetString()! : "*");
}
