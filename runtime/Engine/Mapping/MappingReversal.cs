using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Integration.V1;

namespace Yyc3.Connectors.Runtime.Mapping;

/// <summary>Finds the way back from the way there.</summary>
internal static class MappingReversal
{
    public static IReadOnlyList<FieldMapping> Of(IReadOnlyList<FieldMapping> fields) =>
        [.. fields.Where(field => field.From.Length > 0).Select(Reversed)];

    /// <summary>Where the way there puts what has no way back.</summary>
    public static IReadOnlyList<string> Made(IReadOnlyList<FieldMapping> fields) =>
        [.. fields.Where(field => field.From.Length == 0).Select(field => field.To)];

    /// <summary>Why an entry has no way back; null when it has one, or needs none.</summary>
    public static string? Obstacle(FieldMapping field)
    {
        const string Remedy = "; give push";
        if (field.From.Length == 0)
        {
            return null;
        }

        var texts = field.Values.Values.Select(TextOf).ToList();
        return !FieldPath.Parse(field.From).IsPlain ? "has no way back, being more than a path of names" + Remedy
            : field.Type != FieldType.Unspecified ? "has no way back, as it changes the type" + Remedy
            : field.Default is not null ? "has no way back, as its default would be taken for a value" + Remedy
            : texts.Contains(null) || texts.Distinct(StringComparer.Ordinal).Count() < texts.Count
                ? "has no way back, as two values become one or one is no scalar" + Remedy
            : field.Values.Keys.Any(IsAmbiguous) ? "has no way back, as a value may be a text or not" + Remedy
            : null;
    }

    /// <summary>The text of a value that may not have been a text.</summary>
    private static bool IsAmbiguous(string text) =>
        text is "true" or "false" or "null"
        || decimal.TryParse(
            text,
            System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture,
            out _
        );

    private static FieldMapping Reversed(FieldMapping field)
    {
        var back = new FieldMapping { From = field.To, To = string.Join('.', FieldPath.Parse(field.From).Names) };
        foreach (var (text, value) in field.Values)
        {
            back.Values[TextOf(value)!] = Value.ForString(text);
        }

        return back;
    }

    private static string? TextOf(Value value) =>
        value.KindCase switch
        {
            Value.KindOneofCase.StringValue => value.StringValue,
            Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
            Value.KindOneofCase.NumberValue => System
                .Text.Json.Nodes.JsonValue.Create(value.NumberValue)
                .ToJsonString(),
            Value.KindOneofCase.NullValue => "null",
            _ => null,
        };
}
