using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

internal sealed class DoubleCodec : FloatingPointCodec<double>
{
    protected override void WriteNumber(Utf8JsonWriter writer, double value) => writer.WriteNumberValue(value);

    protected override double ReadNumber(ref JsonInput input) =>
        input.Reader.TryGetDouble(out var value) ? value : double.NaN;
}
