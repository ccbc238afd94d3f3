using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Integration.V1;

namespace Yyc3.Connectors.Runtime.Mapping;

/// <summary>One entry of a mapping, ready to be applied. Immutable.</summary>
internal sealed class FieldRule
{
    private readonly FieldMapping _entry;
    private readonly TextTemplate? _template;
    private readonly JsonNode? _constant;
    private readonly JsonNode? _default;
    private readonly Dictionary<string, JsonNode?> _values;

    /// <exception cref="FormatException">A path or the template is none.</exception>
    public FieldRule(FieldMapping entry)
    {
        _entry = entry;
        To = FieldPath.Parse(entry.To);
        From = entry.From.Length > 0 ? FieldPath.Parse(entry.From) : null;
        _template = entry.Template.Length > 0 ? TextTemplate.Parse(entry.Template) : null;
        _constant = NodeOf(entry.Constant);
        _default = NodeOf(entry.Default);
        _values = entry.Values.ToDictionary(pair => pair.Key, pair => NodeOf(pair.Value), StringComparer.Ordinal);
    }

    public FieldPath To { get; }

    /// <summary>Null for a constant or a template.</summary>
    public FieldPath? From { get; }

    /// <summary>The value only changes its place.</summary>
    public bool IsRename => From is { IsPlain: true } && _values.Count == 0 && _entry.Type == FieldType.Unspecified;

    /// <exception cref="FormatException">The value cannot be had; the message says why.</exception>
    public void Apply(JsonObject source, JsonObject target)
    {
        if (From is null)
        {
            var value = _template is null ? _constant?.DeepClone() : JsonValue.Create(_template.Fill(source));
            To.Put(target, ValueConversion.To(_entry.Type, value));
            return;
        }

        var isThere = From.TryFind(source, out var found);
        if (isThere && _values.Count > 0)
        {
            isThere = _values.TryGetValue(TextTemplate.TextOf(found), out var replacement);
            if (!isThere && _entry.Default is null)
            {
                throw new FormatException("the value is not among the values");
            }

            found = replacement;
        }

        if (!isThere || found is null)
        {
            if (_entry.Default is not null)
            {
                found = _default;
                isThere = true;
            }
        }

        if (isThere)
        {
            To.Put(target, ValueConversion.To(_entry.Type, found?.DeepClone()));
        }
    }

    private static JsonNode? NodeOf(Value? value) =>
        value is null ? null : JsonNode.Parse(JsonFormatter.Default.Format(value));
}
