using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

internal sealed class Int32Codec : IntegerCodec<int>
{
    public override void Write(Utf8JsonWriter writer, int value) => writer.WriteNumberValue(value);

    protected override bool TryRead(ref JsonInput input, out int value) => input.Reader.TryGetInt32(out value);
}
