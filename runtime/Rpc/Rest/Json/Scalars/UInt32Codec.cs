using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

internal sealed class UInt32Codec : IntegerCodec<uint>
{
    public override void Write(Utf8JsonWriter writer, uint value) => writer.WriteNumberValue(value);

    protected override bool TryRead(ref JsonInput input, out uint value) => input.Reader.TryGetUInt32(out value);
}
