using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>A number as far as every JSON reader keeps it exact, text beyond.</summary>
internal sealed class Int64Codec : IntegerCodec<long>
{
    private const long MaxExact = (1L << 53) - 1;

    public override void Write(Utf8JsonWriter writer, long value)
    {
        if (value is <= MaxExact and >= -MaxExact)
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(Format(value));
        }
    }

    protected override bool TryRead(ref JsonInput input, out long value) => input.Reader.TryGetInt64(out value);
}
