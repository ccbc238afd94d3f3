using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>A repeated field.</summary>
internal sealed class ListMember<TMessage, T>(FieldDescriptor descriptor, int index, ValueCodec<T> codec)
    : JsonMember(descriptor, index)
    where TMessage : class, IMessage<TMessage>
{
    private readonly Func<TMessage, RepeatedField<T>> _get = Property.Getter<TMessage, RepeatedField<T>>(
        descriptor.PropertyName
    );

    public override void Write(Utf8JsonWriter writer, IMessage message)
    {
        if (SkipsEmpty(_get((TMessage)message).Count == 0))
        {
            return;
        }

        writer.WritePropertyName(Name);
        WriteValue(writer, message);
    }

    public override void WriteValue(Utf8JsonWriter writer, IMessage message)
    {
        var list = _get((TMessage)message);
        writer.WriteStartArray();
        for (var i = 0; i < list.Count; i++)
        {
            codec.Write(writer, list[i]);
        }

        writer.WriteEndArray();
    }

    public override int WriteElements(Utf8JsonWriter writer, IMessage message, Action<Utf8JsonWriter> afterEach)
    {
        var list = _get((TMessage)message);
        for (var i = 0; i < list.Count; i++)
        {
            codec.Write(writer, list[i]);
            afterEach(writer);
        }

        return list.Count;
    }

    public override void Read(ref JsonInput input, IMessage message)
    {
        input.Expect(JsonTokenType.StartArray, "a list");
        var list = _get((TMessage)message);
        while (input.Reader.Read() && input.Reader.TokenType != JsonTokenType.EndArray)
        {
            if (input.IsNull && !codec.TakesNull)
            {
                throw new JsonReadException("must not be null");
            }

            list.Add(codec.Read(ref input));
        }
    }

    public override void Parse(IMessage message, string text) => _get((TMessage)message).Add(codec.Parse(text));

    public override string? Format(IMessage message)
    {
        var list = _get((TMessage)message);
        return list.Count == 0 ? null : string.Join(", ", list.Select(codec.Format));
    }
}
