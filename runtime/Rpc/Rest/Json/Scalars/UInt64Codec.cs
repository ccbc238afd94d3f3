using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>A number as far as every JSON reader keeps it exact, text beyond.</summary>
internal sealed class UInt64Codec : IntegerCodec<ulong>
{
    private const ulong MaxExact = (1L << 53) - 1;

    public override void Write(Utf8JsonWriter writer, ulong value)
    {
        if (value <= MaxExact)
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(Format(value));
        }
    }

    protected override bool TryRead(ref JsonInput input, out ulong value) => input.Reader.TryGetUInt64(out value);
}
