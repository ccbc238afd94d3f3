using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>A map field.</summary>
internal sealed class MapMember<TMessage, TKey, TValue>(
    FieldDescriptor descriptor,
    int index,
    ValueCodec<TKey> keys,
    ValueCodec<TValue> values
) : JsonMember(descriptor, index)
    where TMessage : class, IMessage<TMessage>
    where TKey : notnull
{
    private readonly Func<TMessage, MapField<TKey, TValue>> _get = Property.Getter<TMessage, MapField<TKey, TValue>>(
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
        writer.WriteStartObject();
        foreach (var (key, value) in _get((TMessage)message))
        {
            writer.WritePropertyName(keys.Format(key));
            values.Write(writer, value);
        }

        writer.WriteEndObject();
    }

    public override void Read(ref JsonInput input, IMessage message)
    {
        input.Expect(JsonTokenType.StartObject, "an object");
        var map = _get((TMessage)message);
        while (input.Reader.Read() && input.Reader.TokenType != JsonTokenType.EndObject)
        {
            var key = ParseKey(input.Reader.GetString()!);
            if (map.ContainsKey(key))
            {
                throw new JsonReadException("is given twice");
            }

            input.Reader.Read();
            if (input.IsNull && !values.TakesNull)
            {
                throw new JsonReadException("must not be null");
            }

            map.Add(key, values.Read(ref input));
        }
    }

    private TKey ParseKey(string text)
    {
        try
        {
            return keys.Parse(text);
        }
        catch (JsonReadException e)
        {
            throw new JsonReadException($"has a key that {e.Reason}", e);
        }
    }
}
