using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;

namespace Yyc3.Connectors.EndToEnd.Tests.Hostile;

/// <summary>Values for any field: one that its type allows, and one that it does not.</summary>
internal static class Samples
{
    /// <summary>A value that passes the type, in JSON.</summary>
    public static JsonNode Json(FieldDescriptor field) =>
        field.IsMap ? new JsonObject()
        : field.IsRepeated ? new JsonArray(JsonOne(field))
        : JsonOne(field);

    /// <summary>A JSON value that the field's type refuses; null when it takes any.</summary>
    public static JsonNode? WrongJson(FieldDescriptor field)
    {
        if (field.IsMap || field.IsRepeated)
        {
            return 5;
        }

        return field.FieldType switch
        {
            FieldType.Bytes => null,
            FieldType.Message when IsOpen(field.MessageType) => null,
            FieldType.Message or FieldType.String => 5,
            _ => new JsonObject { ["a"] = 1 },
        };
    }

    /// <summary>Text for a query parameter that the field's type refuses; null when it takes any.</summary>
    public static string? WrongText(FieldDescriptor field) =>
        field.FieldType is FieldType.String or FieldType.Bytes or FieldType.Message ? null : "certainly-not";

    /// <summary>A value that passes the type, as the generated class takes it.</summary>
    public static object Value(FieldDescriptor field) =>
        field.FieldType switch
        {
            FieldType.String => "sample",
            FieldType.Bytes => ByteString.CopyFromUtf8("{}"),
            FieldType.Message => MessageOf(field.MessageType),
            FieldType.Enum => field.EnumType.Values.First(value => value.Number > 0).Number,
            FieldType.Bool => true,
            FieldType.Int64 => 1L,
            FieldType.Double => 1.0,
            _ => 1,
        };

    public static void Set(IMessage message, FieldDescriptor field, object value)
    {
        if (field.IsRepeated && !field.IsMap)
        {
            ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
        }
        else if (field.FieldType == FieldType.Enum)
        {
            field.Accessor.SetValue(message, Enum.ToObject(field.EnumType.ClrType, value));
        }
        else
        {
            field.Accessor.SetValue(message, value);
        }
    }

    /// <summary>A message with a sample in each required field, those of the path included.</summary>
    public static IMessage MessageOf(MessageDescriptor type)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in Required(type).Where(field => !field.IsMap))
        {
            Set(message, field, Value(field));
        }

        return message;
    }

    private static JsonObject JsonOf(MessageDescriptor type) =>
        new(Required(type).Select(field => KeyValuePair.Create(field.JsonName, (JsonNode?)Json(field))));

    private static IEnumerable<FieldDescriptor> Required(MessageDescriptor type) =>
        type.Fields.InDeclarationOrder().Where(field => ContractMethod.RulesOf(field).Required);

    private static JsonNode JsonOne(FieldDescriptor field) =>
        field.FieldType switch
        {
            FieldType.Message => IsOpen(field.MessageType) ? "sample" : JsonOf(field.MessageType),
            FieldType.Bool => true,
            FieldType.Enum => EnumName(field.EnumType),
            FieldType.String => "sample",
            FieldType.Bytes => new JsonObject(),
            _ => 1,
        };

    private static string EnumName(EnumDescriptor type)
    {
        var value = type.Values.First(value => value.Number > 0);
        return value.GetOptions()?.GetExtension(OptionsExtensions.Json) is { Length: > 0 } json ? json : value.Name;
    }

    /// <summary>Any JSON value fits.</summary>
    private static bool IsOpen(MessageDescriptor type) =>
        type.FullName == "google.protobuf.Value"
        || (type.GetOptions()?.GetExtension(OptionsExtensions.Message)?.BareValue ?? false);
}
