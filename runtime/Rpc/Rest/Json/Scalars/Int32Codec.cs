using System.Globalization;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

internal sealed class Int32Codec : ValueCodec<int>
{
    private static readonly string Range = string.Create(
        CultureInfo.InvariantCulture,
        $"must be between {int.MinValue} and {int.MaxValue}"
    );

    public override void Write(Utf8JsonWriter writer, int value) => writer.WriteNumberValue(value);

    public override int Read(ref JsonInput input)
    {
        if (input.Reader.TokenType == JsonTokenType.Number && input.Reader.TryGetInt32(out var value))
        {
            return value;
        }

        var whole = WholeNumber.Read(ref input);
        return whole >= int.MinValue && whole <= int.MaxValue ? (int)whole : throw new JsonReadException(Range);
    }

    public override int Parse(string text)
    {
        var whole = WholeNumber.Parse(text);
        return whole >= int.MinValue && whole <= int.MaxValue ? (int)whole : throw new JsonReadException(Range);
    }

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);
}
