using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>The wrapper messages of <c>google/protobuf/wrappers.proto</c>.</summary>
internal static class WrapperTypes
{
    /// <summary>The wrapper's one field, or null when the message is no wrapper.</summary>
    public static FieldDescriptor? ValueField(MessageDescriptor message) =>
        message.File.Name == "google/protobuf/wrappers.proto" ? message.Fields[1] : null;

    /// <summary>Value types become nullables; strings and bytes are references already.</summary>
    public static UntypedCodec Nullable(UntypedCodec inner)
    {
        var type = inner.GetType().BaseType!.GenericTypeArguments[0];
        return type.IsValueType
            ? (UntypedCodec)Activator.CreateInstance(typeof(NullableCodec<>).MakeGenericType(type), inner)!
            : inner;
    }
}
