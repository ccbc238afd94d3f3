using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Rpc.Options;
using Yyc3.Connectors.Rpc.Rest.Json.Scalars;

namespace Yyc3.Connectors.Rpc.Rest.OpenApi;

/// <summary>Messages and enums as JSON Schema. Each named type is written once, among the components.</summary>
internal sealed class SchemaWriter(CommentIndex comments)
{
    private const long MaxExact = (1L << 53) - 1;

    private readonly Dictionary<string, IDescriptor> _names = new(StringComparer.Ordinal);

    public JsonObject Components { get; } = [];

    /// <summary>The value of a field, with its limits and description.</summary>
    public JsonObject Field(FieldDescriptor field)
    {
        var rules = RulesOf(field);
        var schema =
            field.IsMap ? MapOf(field)
            : rules.VerbatimJson.Length > 0 ? []
            : rules.KeyedBy.Length > 0 ? RowsOf(field)
            : field.IsRepeated ? ListOf(field, rules)
            : SchemaShape.Limited(Single(field), field, rules);
        if (rules.Nullable)
        {
            schema = SchemaShape.Nullable(schema);
        }

        if (rules.Secret)
        {
            schema["writeOnly"] = true;
        }

        if (rules.DefaultValue.Length > 0)
        {
            schema["default"] = SchemaShape.Default(field, rules.DefaultValue);
        }

        if (comments.Find(field) is { } comment)
        {
            schema["description"] = comment;
        }

        return schema;
    }

    /// <summary>A message, by reference where it has a schema of its own.</summary>
    public JsonObject Message(MessageDescriptor type)
    {
        if (type.File.Package == "google.protobuf")
        {
            return WellKnown(type);
        }

        if (type.GetOptions()?.GetExtension(OptionsExtensions.Message)?.BareValue == true)
        {
            return new() { ["description"] = "Any JSON value." };
        }

        return Reference(type, () => Object(type, _ => true));
    }

    /// <summary>The members of a message, without those that travel elsewhere.</summary>
    public JsonObject Object(MessageDescriptor type, Func<FieldDescriptor, bool> isMember)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        var schema = new JsonObject { ["type"] = "object" };
        foreach (var field in type.Fields.InFieldNumberOrder().Where(isMember))
        {
            var rules = RulesOf(field);
            if (rules.CollectsUnknown)
            {
                schema["additionalProperties"] = true;
                properties[field.JsonName] = Field(field);
            }
            else if (!rules.Hidden && rules.Header.Length == 0)
            {
                properties[field.JsonName] = Field(field);
                if (rules.Required && field.RealContainingOneof is null)
                {
                    required.Add(field.JsonName);
                }
            }
        }

        schema["properties"] = properties;
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        if (comments.Find(type) is { } comment)
        {
            schema["description"] = comment;
        }

        return schema;
    }

    private static FieldRules RulesOf(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(OptionsExtensions.Field) ?? new FieldRules();

    private JsonObject MapOf(FieldDescriptor field)
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = Single(field.MessageType.FindFieldByNumber(2)),
        };
        if (RulesOf(field).MaxSize is > 0 and var most)
        {
            schema["maxProperties"] = most;
        }

        return schema;
    }

    private JsonObject RowsOf(FieldDescriptor field) =>
        new()
        {
            ["type"] = "array",
            ["items"] = new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = Single(field.MessageType.Fields.InFieldNumberOrder()[0]),
            },
        };

    private JsonObject ListOf(FieldDescriptor field, FieldRules rules)
    {
        var schema = new JsonObject
        {
            ["type"] = "array",
            ["items"] = SchemaShape.Limited(Single(field), field, rules),
        };
        if (rules.MaxSize > 0)
        {
            schema["maxItems"] = rules.MaxSize;
        }

        return schema;
    }

    private JsonObject Single(FieldDescriptor field) =>
        field.FieldType switch
        {
            FieldType.Bool => SchemaShape.Typed("boolean"),
            FieldType.String => SchemaShape.Typed("string"),
            FieldType.Bytes when RulesOf(field).JsonObject => SchemaShape.Typed("object"),
            FieldType.Bytes => new() { ["type"] = "string", ["contentEncoding"] = "base64" },
            FieldType.Double => SchemaShape.Typed("number", "double"),
            FieldType.Float => SchemaShape.Typed("number", "float"),
            FieldType.UInt32 or FieldType.Fixed32 => new() { ["type"] = "integer", ["minimum"] = 0 },
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Long(field, "int64"),
            FieldType.UInt64 or FieldType.Fixed64 => Long(field, "uint64"),
            FieldType.Enum => EnumOf(field.EnumType),
            FieldType.Message or FieldType.Group => Message(field.MessageType),
            _ => SchemaShape.Typed("integer", "int32"),
        };

    /// <summary>Text beyond what a double holds exactly, unless the limits keep the number below that.</summary>
    private static JsonObject Long(FieldDescriptor field, string format)
    {
        var rules = RulesOf(field);
        return rules is { HasMax: true, Max: <= MaxExact }
            ? SchemaShape.Typed("integer", format)
            : new() { ["type"] = new JsonArray("integer", "string"), ["format"] = format };
    }

    private JsonObject EnumOf(EnumDescriptor type) =>
        type.ClrType == typeof(NullValue)
            ? SchemaShape.Typed("null")
            : Reference(
                type,
                () =>
                {
                    var names = type.Values.Select(EnumSpelling.Of).ToHashSet(StringComparer.Ordinal);
                    var schema = new JsonObject
                    {
                        ["type"] = "string",
                        ["enum"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
                    };
                    if (comments.Find(type) is { } comment)
                    {
                        schema["description"] = comment;
                    }

                    return schema;
                }
            );

    private JsonObject WellKnown(MessageDescriptor type) =>
        type.Name switch
        {
            nameof(Timestamp) => SchemaShape.Typed("string", "date-time"),
            nameof(Duration) => new() { ["type"] = "string", ["pattern"] = @"^-?\d+(\.\d{1,9})?s$" },
            nameof(FieldMask) => SchemaShape.Typed("string"),
            nameof(Struct) => new() { ["type"] = "object", ["additionalProperties"] = true },
            nameof(ListValue) => new() { ["type"] = "array", ["items"] = new JsonObject() },
            nameof(Any) => new()
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["@type"] = SchemaShape.Typed("string") },
                ["required"] = new JsonArray("@type"),
            },
            _ => WrapperTypes.ValueField(type) is { } value ? SchemaShape.Nullable(Single(value)) : [],
        };

    private JsonObject Reference(IDescriptor type, Func<JsonObject> write)
    {
        var name = NameOf(type);
        if (_names.TryAdd(name, type))
        {
            Components[name] = new JsonObject();
            Components[name] = write();
        }

        return new() { ["$ref"] = "#/components/schemas/" + name };
    }

    /// <summary>The name without its package, unless another package has taken it.</summary>
    private string NameOf(IDescriptor type)
    {
        var name = type.FullName[(type.File.Package.Length + 1)..];
        return _names.TryGetValue(name, out var other) && other != type ? type.FullName : name;
    }
}
