using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>A number as far as every JSON reader keeps it exact, text beyond.</summary>
internal sealed class UInt64Codec : ValueCodec<ulong>
{
    private const ulong MaxExact = (1L << 53) - 1;

    private static readonly string Range = string.Create(
        CultureInfo.InvariantCulture,
        $"must be between {ulong.MinValue} and {ulong.MaxValue}"
    );

    public override void Write(Utf8JsonWriter writer, ulong value)
    {
        if (value <= MaxExact)
        {
            writer.WriteNumberValue(value);
            return;
        }

        Span<byte> text = stackalloc byte[24];
        Utf8Formatter.TryFormat(value, text, out var length);
        writer.WriteStringValue(text[..length]);
    }

    public override ulong Read(ref JsonInput input)
    {
        if (input.Reader.TokenType == JsonTokenType.Number && input.Reader.TryGetUInt64(out var value))
        {
            return value;
        }

        var whole = WholeNumber.Read(ref input);
        return whole >= ulong.MinValue && whole <= ulong.MaxValue ? (ulong)whole : throw new JsonReadException(Range);
    }

    public override ulong Parse(string text)
    {
        var whole = WholeNumber.Parse(text);
        return whole >= ulong.MinValue && whole <= ulong.MaxValue ? (ulong)whole : throw new JsonReadException(Range);
    }

    public override string Format(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
