using System.Globalization;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>The spellings of an integer besides plain digits: text, <c>1.0</c>, <c>1e3</c>.</summary>
internal static class WholeNumber
{
    private const string Wanted = "must be an integer";

    /// <summary>Every 64-bit integer and every double of that size is exact in a decimal.</summary>
    public static decimal Read(ref JsonInput input) =>
        input.Reader.TokenType switch
        {
            JsonTokenType.Number => Whole(input.Reader.TryGetDecimal(out var value) ? value : decimal.MaxValue),
            JsonTokenType.String => Parse(input.Reader.GetString()!),
            _ => throw new JsonReadException(Wanted),
        };

    public static decimal Parse(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new JsonReadException(Wanted);

    private static decimal Whole(decimal value) =>
        decimal.IsInteger(value) ? value : throw new JsonReadException(Wanted);
}
