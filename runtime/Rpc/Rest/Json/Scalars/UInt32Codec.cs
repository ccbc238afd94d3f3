using System.Globalization;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

internal sealed class UInt32Codec : ValueCodec<uint>
{
    private static readonly string Range = string.Create(
        CultureInfo.InvariantCulture,
        $"must be between {uint.MinValue} and {uint.MaxValue}"
    );

    public override void Write(Utf8JsonWriter writer, uint value) => writer.WriteNumberValue(value);

    public override uint Read(ref JsonInput input)
    {
        if (input.Reader.TokenType == JsonTokenType.Number && input.Reader.TryGetUInt32(out var value))
        {
            return value;
        }

        var whole = WholeNumber.Read(ref input);
        return whole >= uint.MinValue && whole <= uint.MaxValue ? (uint)whole : throw new JsonReadException(Range);
    }

    public override uint Parse(string text)
    {
        var whole = WholeNumber.Parse(text);
        return whole >= uint.MinValue && whole <= uint.MaxValue ? (uint)whole : throw new JsonReadException(Range);
    }

    public override string Format(uint value) => value.ToString(CultureInfo.InvariantCulture);
}
