using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

/// <summary>Any JSON list.</summary>
internal sealed class ListValueCodec(DynamicValueCodec values) : ValueCodec<ListValue>
{
    public override void Write(Utf8JsonWriter writer, ListValue value)
    {
        writer.WriteStartArray();
        foreach (var item in value.Values)
        {
            values.Write(writer, item);
        }

        writer.WriteEndArray();
    }

    public override ListValue Read(ref JsonInput input)
    {
        input.Expect(JsonTokenType.StartArray, "a list");
        var list = new ListValue();
        while (input.Reader.Read() && input.Reader.TokenType != JsonTokenType.EndArray)
        {
            list.Values.Add(values.Read(ref input));
        }

        return list;
    }
}
