using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

/// <summary>Any JSON object.</summary>
internal sealed class StructCodec(DynamicValueCodec values) : ValueCodec<Struct>
{
    public DynamicValueCodec Values => values;

    public override void Write(Utf8JsonWriter writer, Struct value)
    {
        writer.WriteStartObject();
        foreach (var (name, member) in value.Fields)
        {
            writer.WritePropertyName(name);
            values.Write(writer, member);
        }

        writer.WriteEndObject();
    }

    public override Struct Read(ref JsonInput input)
    {
        input.Expect(JsonTokenType.StartObject, "an object");
        var value = new Struct();
        while (input.Reader.Read() && input.Reader.TokenType != JsonTokenType.EndObject)
        {
            ReadMember(ref input, value);
        }

        return value;
    }

    /// <summary>Reads one member, the reader standing on its name.</summary>
    public void ReadMember(ref JsonInput input, Struct target)
    {
        var name = input.Reader.GetString()!;
        if (target.Fields.ContainsKey(name))
        {
            throw new JsonReadException("is given twice");
        }

        input.Reader.Read();
        target.Fields.Add(name, values.Read(ref input));
    }
}
