using System.Text.Json;

namespace Yyc3.Connectors.Sdk.Manifests;

/// <summary>
/// The part of JSON Schema 2020-12 that manifests use: <c>type, properties, required, additionalProperties, items, enum,
/// const, default, minimum, maximum, minLength, maxLength, pattern, format, minItems, maxItems, description, title,
/// examples</c> and our own <c>secret</c> and <c>message</c>. Other keywords are refused when the schema is read, so that none
/// is silently ignored. Immutable and thread-safe.
/// </summary>
public sealed class JsonSchema
{
    private readonly SchemaNode _root;

    private JsonSchema(JsonElement json, SchemaNode root) => (Json, _root) = (json, root);

    /// <summary>The schema as it was written.</summary>
    public JsonElement Json { get; }

    /// <summary>Names of the top-level properties marked <c>secret</c>.</summary>
    public IReadOnlySet<string> SecretNames => _root.SecretNames;

    /// <summary>Names of all top-level properties.</summary>
    public IReadOnlyCollection<string> PropertyNames => _root.PropertyNames;

    /// <summary>Names of the required top-level properties.</summary>
    public IReadOnlyCollection<string> RequiredNames => _root.RequiredNames;

    /// <summary>Reads a schema.</summary>
    /// <param name="member">Where it stands in the manifest, for errors.</param>
    /// <param name="json">The schema; kept, so it must outlive the instance.</param>
    /// <returns>The schema.</returns>
    /// <exception cref="ManifestException">A keyword is unknown or malformed.</exception>
    public static JsonSchema Parse(string member, JsonElement json) => new(json, SchemaNode.Parse(member, json));

    /// <summary>Checks a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Every violation, in the order of the value; empty when it fits.</returns>
    public IReadOnlyList<SchemaViolation> Validate(JsonElement value)
    {
        var violations = new List<SchemaViolation>();
        _root.Validate("", value, violations);
        return violations;
    }

    /// <summary>Adds the defaults of absent top-level properties.</summary>
    /// <param name="value">An object.</param>
    /// <returns>A new object with the defaults in place.</returns>
    public JsonElement WithDefaults(JsonElement value) => _root.WithDefaults(value);
}
