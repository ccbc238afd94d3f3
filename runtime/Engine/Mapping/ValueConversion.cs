using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Yyc3.Connectors.Contracts.Integration.V1;

namespace Yyc3.Connectors.Runtime.Mapping;

/// <summary>Makes values into those of another type, without losing digits.</summary>
internal static class ValueConversion
{
    private const string MomentFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    /// <exception cref="FormatException">It cannot be; the message says why.</exception>
    public static JsonNode? To(FieldType type, JsonNode? value)
    {
        if (value is null || type == FieldType.Unspecified)
        {
            return value;
        }

        var text = TextTemplate.TextOf(value);
        var kind = value.GetValueKind();
        if (kind is JsonValueKind.Object or JsonValueKind.Array && type != FieldType.String)
        {
            throw Impossible(kind is JsonValueKind.Object ? "an object" : "a list", type);
        }

        return type switch
        {
            FieldType.String => JsonValue.Create(text),
            FieldType.Integer => Integer(kind, text),
            FieldType.Number => Number(kind, text),
            FieldType.Boolean => Boolean(text),
            _ => Moment(kind, text),
        };
    }

    private static JsonNode Integer(JsonValueKind kind, string text)
    {
        if (kind is JsonValueKind.True or JsonValueKind.False)
        {
            return JsonValue.Create(kind is JsonValueKind.True ? 1 : 0);
        }

        return
            decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && decimal.IsInteger(number)
            ? JsonNode.Parse(decimal.Truncate(number).ToString(CultureInfo.InvariantCulture))!
            : throw Impossible("the value", FieldType.Integer);
    }

    private static JsonNode Number(JsonValueKind kind, string text)
    {
        if (kind is JsonValueKind.Number)
        {
            return JsonNode.Parse(text)!;
        }

        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
            : throw Impossible("the value", FieldType.Number);
    }

    private static JsonValue Boolean(string text) =>
        text.ToUpperInvariant() switch
        {
            "TRUE" or "1" => JsonValue.Create(true),
            "FALSE" or "0" => JsonValue.Create(false),
            _ => throw Impossible("the value", FieldType.Boolean),
        };

    private static JsonValue Moment(JsonValueKind kind, string text)
    {
        if (
            kind is JsonValueKind.Number
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(seconds) < 253_402_300_800m
        )
        {
            var ticks = (long)(seconds * TimeSpan.TicksPerSecond);
            if (ticks >= -DateTimeOffset.UnixEpoch.Ticks)
            {
                return Written(DateTimeOffset.UnixEpoch.AddTicks(ticks));
            }
        }

        return
            kind is JsonValueKind.String
            && DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var moment
            )
            ? Written(moment)
            : throw Impossible("the value", FieldType.Timestamp);
    }

    private static JsonValue Written(DateTimeOffset moment) =>
        JsonValue.Create(moment.UtcDateTime.ToString(MomentFormat, CultureInfo.InvariantCulture));

    private static FormatException Impossible(string what, FieldType type) =>
        new(
            $"{what} cannot be made into "
                + type switch
                {
                    FieldType.Integer => "a whole number",
                    FieldType.Number => "a number",
                    FieldType.Boolean => "true or false",
                    _ => "a timestamp",
                }
        );
}
