using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>Decides whether a JSON number survives as a double.</summary>
internal static class NumberText
{
    /// <summary>Every decimal of this many digits comes back from a double as it went in.</summary>
    private const int SafeDigits = 15;

    public static bool IsExactDouble(ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out double value, out _) || !double.IsFinite(value))
        {
            return false;
        }

        var given = Normalize(Encoding.ASCII.GetString(text));
        return (given.Digits.Length <= SafeDigits && value != 0)
            || given == Normalize(value.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>Significant digits and the power of ten behind them.</summary>
    private static (bool Negative, string Digits, long Exponent) Normalize(string text)
    {
        var negative = text.StartsWith('-');
        var end = text.IndexOfAny(['e', 'E']);
        var exponent = 0L;
        if (end >= 0 && !long.TryParse(text.AsSpan(end + 1), CultureInfo.InvariantCulture, out exponent))
        {
            exponent = long.MinValue / 2;
        }

        var mantissa = text[(negative ? 1 : 0)..(end < 0 ? text.Length : end)];
        if (mantissa.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot)
        {
            exponent -= mantissa.Length - dot - 1;
            mantissa = mantissa.Remove(dot, 1);
        }

        var trimmed = mantissa.TrimEnd('0');
        exponent += mantissa.Length - trimmed.Length;
        trimmed = trimmed.TrimStart('0');
        return trimmed.Length == 0 ? (negative, "", 0) : (negative, trimmed, exponent);
    }
}
