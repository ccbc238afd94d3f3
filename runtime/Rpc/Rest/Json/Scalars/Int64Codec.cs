using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>A number as far as every JSON reader keeps it exact, text beyond.</summary>
internal sealed class Int64Codec : ValueCodec<long>
{
    private const long MaxExact = (1L << 53) - 1;

    private static readonly string Range = string.Create(
        CultureInfo.InvariantCulture,
        $"must be between {long.MinValue} and {long.MaxValue}"
    );

    public override void Write(Utf8JsonWriter writer, long value)
    {
        if (value is <= MaxExact and >= -MaxExact)
        {
            writer.WriteNumberValue(value);
            return;
        }

        Span<byte> text = stackalloc byte[24];
        Utf8Formatter.TryFormat(value, text, out var length);
        writer.WriteStringValue(text[..length]);
    }

    public override long Read(ref JsonInput input)
    {
        if (input.Reader.TokenType == JsonTokenType.Number && input.Reader.TryGetInt64(out var value))
        {
            return value;
        }

        var whole = WholeNumber.Read(ref input);
        return whole >= long.MinValue && whole <= long.MaxValue ? (long)whole : throw new JsonReadException(Range);
    }

    public override long Parse(string text)
    {
        var whole = WholeNumber.Parse(text);
        return whole >= long.MinValue && whole <= long.MaxValue ? (long)whole : throw new JsonReadException(Range);
    }

    public override string Format(long value) => value.ToString(CultureInfo.InvariantCulture);
}
