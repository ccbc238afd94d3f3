using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

internal sealed class SingleCodec : ValueCodec<float>
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("0123456789+-.eE");

    private const string Wanted = "must be a number";

    public override void Write(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(Format(value));
        }
    }

    public override float Read(ref JsonInput input) =>
        input.Reader.TokenType switch
        {
            JsonTokenType.Number => Finite(input.Reader.TryGetSingle(out var value) ? value : float.NaN),
            JsonTokenType.String => Parse(input.Reader.GetString()!),
            _ => throw new JsonReadException(Wanted),
        };

    public override float Parse(string text) =>
        text switch
        {
            "NaN" => float.NaN,
            "Infinity" => float.PositiveInfinity,
            "-Infinity" => float.NegativeInfinity,
            _ => float.TryParse(text, Style, CultureInfo.InvariantCulture, out var value) && IsPlain(text)
                ? Finite(value)
                : throw new JsonReadException(Wanted),
        };

    public override string Format(float value) =>
        float.IsNaN(value) ? "NaN"
        : float.IsPositiveInfinity(value) ? "Infinity"
        : float.IsNegativeInfinity(value) ? "-Infinity"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private const NumberStyles Style =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExcept(Plain);

    private static float Finite(float value) =>
        float.IsFinite(value) ? value : throw new JsonReadException("is out of range");
}
