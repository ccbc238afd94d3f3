using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

internal sealed class DoubleCodec : ValueCodec<double>
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("0123456789+-.eE");

    private const string Wanted = "must be a number";

    public override void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(Format(value));
        }
    }

    public override double Read(ref JsonInput input) =>
        input.Reader.TokenType switch
        {
            JsonTokenType.Number => Finite(input.Reader.TryGetDouble(out var value) ? value : double.NaN),
            JsonTokenType.String => Parse(input.Reader.GetString()!),
            _ => throw new JsonReadException(Wanted),
        };

    public override double Parse(string text) =>
        text switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => double.TryParse(text, Style, CultureInfo.InvariantCulture, out var value) && IsPlain(text)
                ? Finite(value)
                : throw new JsonReadException(Wanted),
        };

    public override string Format(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "Infinity"
        : double.IsNegativeInfinity(value) ? "-Infinity"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private const NumberStyles Style =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExcept(Plain);

    private static double Finite(double value) =>
        double.IsFinite(value) ? value : throw new JsonReadException("is out of range");
}
