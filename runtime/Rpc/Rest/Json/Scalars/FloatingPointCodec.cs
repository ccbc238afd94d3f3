using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>A number; what JSON has no number for is text.</summary>
internal abstract class FloatingPointCodec<T> : ValueCodec<T>
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private const string Wanted = "must be a number";

    private const NumberStyles Style =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly SearchValues<char> Plain = SearchValues.Create("0123456789+-.eE");

    public sealed override void Write(Utf8JsonWriter writer, T value)
    {
        if (T.IsFinite(value))
        {
            WriteNumber(writer, value);
        }
        else
        {
            writer.WriteStringValue(Format(value));
        }
    }

    public sealed override T Read(ref JsonInput input) =>
        input.Reader.TokenType switch
        {
            JsonTokenType.Number => Finite(ReadNumber(ref input)),
            JsonTokenType.String => Parse(input.Reader.GetString()!),
            _ => throw new JsonReadException(Wanted),
        };

    public sealed override T Parse(string text) =>
        text switch
        {
            "NaN" => T.NaN,
            "Infinity" => T.PositiveInfinity,
            "-Infinity" => T.NegativeInfinity,
            _ => T.TryParse(text, Style, CultureInfo.InvariantCulture, out var value) && IsPlain(text)
                ? Finite(value)
                : throw new JsonReadException(Wanted),
        };

    public sealed override string Format(T value) =>
        T.IsNaN(value) ? "NaN"
        : T.IsPositiveInfinity(value) ? "Infinity"
        : T.IsNegativeInfinity(value) ? "-Infinity"
        : value.ToString("R", CultureInfo.InvariantCulture);

    protected abstract void WriteNumber(Utf8JsonWriter writer, T value);

    /// <summary>The number at hand; not a number when the type cannot hold it.</summary>
    protected abstract T ReadNumber(ref JsonInput input);

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExcept(Plain);

    private static T Finite(T value) => T.IsFinite(value) ? value : throw new JsonReadException("is out of range");
}
