using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

internal sealed class SingleCodec : FloatingPointCodec<float>
{
    protected override void WriteNumber(Utf8JsonWriter writer, float value) => writer.WriteNumberValue(value);

    protected override float ReadNumber(ref JsonInput input) =>
        input.Reader.TryGetSingle(out var value) ? value : float.NaN;
}
