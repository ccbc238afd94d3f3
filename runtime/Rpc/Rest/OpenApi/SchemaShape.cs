using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;

namespace Yyc3.Connectors.Rpc.Rest.OpenApi;

/// <summary>The parts that schemas are made of.</summary>
internal static class SchemaShape
{
    public static JsonObject Typed(string type, string? format = null) =>
        format is null ? new() { ["type"] = type } : new() { ["type"] = type, ["format"] = format };

    public static JsonObject Limited(JsonObject schema, FieldDescriptor field, FieldRules rules)
    {
        var isText = field.FieldType is FieldType.String or FieldType.Bytes;
        if (isText && rules.Required && !field.IsRepeated)
        {
            schema["minLength"] = 1;
        }

        // The limit of bytes is not that of the text they are written as.
        if (field.FieldType == FieldType.String && rules.MaxSize > 0 && !field.IsRepeated)
        {
            schema["maxLength"] = rules.MaxSize;
        }

        if (rules.HasMin && !isText)
        {
            schema["minimum"] = rules.Min;
        }

        if (rules.HasMax && !isText)
        {
            schema["maximum"] = rules.Max;
        }

        return schema;
    }

    public static JsonObject Nullable(JsonObject schema)
    {
        switch (schema["type"])
        {
            case JsonArray types:
                types.Add("null");
                return schema;
            case JsonValue type:
                schema["type"] = new JsonArray(type.GetValue<string>(), "null");
                return schema;
            default:
                return schema.Count == 0 ? schema : new() { ["anyOf"] = new JsonArray(schema, Typed("null")) };
        }
    }

    public static JsonNode Default(FieldDescriptor field, string text) =>
        field.FieldType switch
        {
            FieldType.Bool => text == "true",
            FieldType.String or FieldType.Bytes or FieldType.Enum or FieldType.Message => text,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : text,
        };
}
