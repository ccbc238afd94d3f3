using System.Text.Json;
using Google.Protobuf;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>Bytes that are one JSON object, kept as they came.</summary>
internal sealed class JsonObjectCodec : ValueCodec<ByteString>
{
    public override void Write(Utf8JsonWriter writer, ByteString value)
    {
        if (JsonText.IsValid(value.Span))
        {
            JsonText.Write(writer, value.Span);
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }
    }

    public override ByteString Read(ref JsonInput input)
    {
        input.Expect(JsonTokenType.StartObject, "an object");
        return ByteString.CopyFrom(input.TakeRaw());
    }

    public override bool IsDefault(ByteString value) => value.IsEmpty;
}
