using System.Text.Json;

namespace Yyc3.Connectors.Sdk;

/// <summary>The integration's non-secret values, read by name. Immutable and thread-safe.</summary>
public sealed class ConnectorSettings
{
    private readonly JsonElement _values;

    /// <summary>Wraps a JSON object.</summary>
    /// <param name="values">The object; it must outlive this instance (use <see cref="JsonElement.Clone"/>).</param>
    /// <exception cref="ArgumentException">The element is no object.</exception>
    public ConnectorSettings(JsonElement values)
    {
        if (values.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException("Settings are a JSON object.", nameof(values));
        }

        _values = values;
    }

    /// <summary>The whole object, for settings that are lists or objects themselves.</summary>
    public JsonElement Json => _values;

    /// <summary>Reads a required text.</summary>
    /// <param name="name">The setting.</param>
    /// <returns>The text, never empty.</returns>
    /// <exception cref="ConnectorException">Missing or empty (<see cref="ErrorKind.InvalidArgument"/>).</exception>
    public string GetRequired(string name) =>
        Find(name) is { Length: > 0 } text ? text : throw ConnectorException.Invalid("config." + name, "is required");

    /// <summary>Reads a text.</summary>
    /// <param name="name">The setting.</param>
    /// <returns>The text, or null when the setting is absent or null.</returns>
    public string? Find(string name) => TryGet(name, JsonValueKind.String, out var value) ? value.GetString() : null;

    /// <summary>Reads a whole number.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="fallback">Returned when the setting is absent.</param>
    /// <returns>The number.</returns>
    public int GetInt32(string name, int fallback) =>
        TryGet(name, JsonValueKind.Number, out var value) && value.TryGetInt32(out var number) ? number : fallback;

    /// <summary>Reads a whole number that has bounds.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="fallback">Returned when the setting is absent.</param>
    /// <param name="least">The smallest number allowed.</param>
    /// <param name="most">The largest number allowed.</param>
    /// <returns>The number.</returns>
    /// <exception cref="ConnectorException">Out of bounds (<see cref="ErrorKind.InvalidArgument"/>).</exception>
    public int GetInt32(string name, int fallback, int least, int most)
    {
        var value = GetInt32(name, fallback);
        return value >= least && value <= most
            ? value
            : throw ConnectorException.Invalid("config." + name, $"must be between {least} and {most}");
    }

    /// <summary>Reads a switch.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="fallback">Returned when the setting is absent.</param>
    /// <returns>The switch.</returns>
    public bool GetBoolean(string name, bool fallback)
    {
        if (!_values.TryGetProperty(name, out var value))
        {
            return fallback;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => fallback,
        };
    }

    private bool TryGet(string name, JsonValueKind kind, out JsonElement value) =>
        _values.TryGetProperty(name, out value) && value.ValueKind == kind;
}
