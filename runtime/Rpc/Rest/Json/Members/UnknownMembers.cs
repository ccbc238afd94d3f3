using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>The Struct field that takes the members its message does not declare.</summary>
internal sealed class UnknownMembers(FieldDescriptor descriptor, JsonCodec codecs)
{
    private readonly StructCodec _codec = (StructCodec)codecs.Of(Struct.Descriptor);

    public void Write(Utf8JsonWriter writer, IMessage message, MessagePlan plan)
    {
        if (descriptor.Accessor.GetValue(message) is not Struct members)
        {
            return;
        }

        foreach (var (name, value) in members.Fields)
        {
            // A declared member of that name has been written; JSON must not hold it twice.
            if (plan.Find(name) is null)
            {
                writer.WritePropertyName(name);
                _codec.Values.Write(writer, value);
            }
        }
    }

    public void Read(ref JsonInput input, IMessage message)
    {
        if (descriptor.Accessor.GetValue(message) is not Struct members)
        {
            members = new Struct();
            descriptor.Accessor.SetValue(message, members);
        }

        if (!IsOwnName(ref input))
        {
            _codec.ReadMember(ref input, members);
            return;
        }

        input.Reader.Read();
        if (input.IsNull)
        {
            return;
        }

        input.Expect(JsonTokenType.StartObject, "an object");
        while (input.Reader.Read() && input.Reader.TokenType != JsonTokenType.EndObject)
        {
            _codec.ReadMember(ref input, members);
        }
    }

    /// <summary>The members may also stand inside the field itself, as its declaration says.</summary>
    private bool IsOwnName(ref JsonInput input) =>
        input.Reader.ValueTextEquals(descriptor.JsonName) || input.Reader.ValueTextEquals(descriptor.Name);
}
