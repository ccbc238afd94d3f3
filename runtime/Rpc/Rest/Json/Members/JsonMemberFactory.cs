using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;
using Yyc3.Connectors.Rpc.Rest.Json.Scalars;

namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>Chooses the member for a field. Reflection happens here, once per field, and nowhere else.</summary>
internal static class JsonMemberFactory
{
    public static JsonMember Create(FieldDescriptor field, JsonCodec codecs, int index)
    {
        var rules = RulesOf(field);
        var owner = field.ContainingType.ClrType;
        if (rules is { VerbatimJson.Length: > 0 })
        {
            return Build(typeof(VerbatimMember<>), [owner], field, index);
        }

        if (rules is { KeyedBy.Length: > 0 })
        {
            return KeyedRows(field, rules.KeyedBy, codecs, index);
        }

        var type = owner.GetProperty(field.PropertyName)!.PropertyType;
        if (field.IsMap)
        {
            var key = CodecOf(field.MessageType.FindFieldByNumber(1), codecs);
            var value = CodecOf(field.MessageType.FindFieldByNumber(2), codecs);
            return Build(typeof(MapMember<,,>), [owner, .. type.GenericTypeArguments], field, index, key, value);
        }

        var codec = CodecOf(field, codecs);
        return field.IsRepeated
            ? Build(typeof(ListMember<,>), [owner, .. type.GenericTypeArguments], field, index, codec)
            : Build(typeof(SingularMember<,>), [owner, type], field, index, codec);
    }

    /// <summary>The codec for one value of the field, as C# types it: wrappers are nullables inside a message.</summary>
    public static UntypedCodec CodecOf(FieldDescriptor field, JsonCodec codecs) =>
        field.FieldType switch
        {
            FieldType.Message or FieldType.Group when WrapperTypes.ValueField(field.MessageType) is { } value =>
                WrapperTypes.Nullable(CodecOf(value, codecs)),
            FieldType.Message or FieldType.Group => codecs.Of(field.MessageType),
            FieldType.Enum => codecs.Of(field.EnumType),
            FieldType.String => codecs.Text,
            FieldType.Bytes => RulesOf(field) is { JsonObject: true } ? new JsonObjectCodec() : codecs.Bytes,
            FieldType.Bool => new BoolCodec(),
            FieldType.Double => new DoubleCodec(),
            FieldType.Float => new SingleCodec(),
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => new Int32Codec(),
            FieldType.UInt32 or FieldType.Fixed32 => new UInt32Codec(),
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => new Int64Codec(),
            FieldType.UInt64 or FieldType.Fixed64 => new UInt64Codec(),
            _ => throw new NotSupportedException($"{field.FullName} has the unsupported type {field.FieldType}."),
        };

    private static FieldRules? RulesOf(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(OptionsExtensions.Field);

    private static JsonMember KeyedRows(FieldDescriptor field, string keyedBy, JsonCodec codecs, int index)
    {
        var columns = field.ContainingType.FindFieldByName(keyedBy);
        var values = field.MessageType.Fields.InFieldNumberOrder()[0];
        if (columns is not { IsRepeated: true, FieldType: FieldType.Message } || !values.IsRepeated)
        {
            throw new InvalidOperationException($"{field.FullName}: keyed_by needs a sibling list and rows of values.");
        }

        return Build(
            typeof(KeyedRowsMember<,,,>),
            [
                field.ContainingType.ClrType,
                field.MessageType.ClrType,
                columns.MessageType.ClrType,
                values.MessageType.ClrType,
            ],
            field,
            index,
            codecs.Of(values.MessageType),
            columns.PropertyName,
            values.PropertyName
        );
    }

    private static JsonMember Build(Type open, Type[] arguments, params object[] values) =>
        (JsonMember)Activator.CreateInstance(open.MakeGenericType(arguments), values)!;
}
