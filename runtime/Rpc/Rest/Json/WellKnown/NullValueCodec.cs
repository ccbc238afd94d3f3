using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

/// <summary>The enum whose only value is null.</summary>
internal sealed class NullValueCodec : ValueCodec<NullValue>
{
    public override bool TakesNull => true;

    public override void Write(Utf8JsonWriter writer, NullValue value) => writer.WriteNullValue();

    public override NullValue Read(ref JsonInput input) =>
        input.IsNull ? NullValue.NullValue : throw new JsonReadException("must be null");
}
