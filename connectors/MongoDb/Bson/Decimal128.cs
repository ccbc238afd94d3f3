using System.Globalization;

namespace Yyc3.Connectors.MongoDb.Bson;

/// <summary>
/// IEEE 754-2008 decimal with 34 digits in its binary-integer form, and its text. Nothing is ever rounded: a text that does
/// not fit is refused.
/// </summary>
/// <param name="High">Sign, exponent and the upper digits.</param>
/// <param name="Low">The lower digits.</param>
internal readonly record struct Decimal128(ulong High, ulong Low)
{
    private const int MaxDigits = 34;
    private const int MinExponent = -6176;
    private const int MaxExponent = 6111;
    private const ulong SignBit = 1UL << 63;
    private const ulong InfinityBits = 0x7800000000000000;
    private const ulong NaNBits = 0x7C00000000000000;

    private static readonly UInt128 Largest = UInt128.Parse(new string('9', MaxDigits), CultureInfo.InvariantCulture);

    /// <summary>False for infinities and what is not a number.</summary>
    public bool IsFinite => (High & InfinityBits) != InfinityBits;

    /// <summary>Reads a text such as <c>-12.50</c>, <c>1E+3</c>, <c>NaN</c> or <c>Infinity</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The number, every digit kept.</param>
    /// <returns>False when it is no number, or one that does not fit without rounding.</returns>
    public static bool TryParse(string text, out Decimal128 value)
    {
        value = default;
        var rest = text.AsSpan();
        var sign = rest is ['-', ..] ? SignBit : 0;
        if (rest is ['+' or '-', ..])
        {
            rest = rest[1..];
        }

        if (Special(rest) is { } special)
        {
            value = new Decimal128(special | sign, 0);
            return true;
        }

        if (
            !TryDigits(rest, out var digits, out var exponent)
            || !TryFit(digits, exponent, out var coefficient, out var fitted)
        )
        {
            return false;
        }

        value = new Decimal128(
            sign | ((ulong)(fitted - MinExponent) << 49) | (ulong)(coefficient >> 64),
            (ulong)coefficient
        );
        return true;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if ((High & NaNBits) == NaNBits)
        {
            return "NaN";
        }

        var sign = (High & SignBit) != 0 ? "-" : "";
        if (!IsFinite)
        {
            return sign + "Infinity";
        }

        // The second form of the exponent has room only for numbers beyond 34 digits, which count as zero.
        var isLarge = ((High >> 61) & 3) == 3;
        var exponent = (int)((isLarge ? High >> 47 : High >> 49) & 0x3FFF) + MinExponent;
        var coefficient = isLarge ? UInt128.Zero : new UInt128(High & 0x0001FFFFFFFFFFFF, Low);
        if (coefficient > Largest)
        {
            coefficient = UInt128.Zero;
        }

        return sign + Format(coefficient.ToString(CultureInfo.InvariantCulture), exponent);
    }

    private static string Format(string digits, int exponent)
    {
        var adjusted = exponent + digits.Length - 1;
        if (exponent > 0 || adjusted < -6)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{digits[0]}{fraction}E{(adjusted < 0 ? "" : "+")}{adjusted}"
            );
        }

        if (exponent == 0)
        {
            return digits;
        }

        var point = digits.Length + exponent;
        return point > 0 ? digits[..point] + "." + digits[point..] : "0." + new string('0', -point) + digits;
    }

    private static ulong? Special(ReadOnlySpan<char> text)
    {
        if (text.Equals("NaN", StringComparison.OrdinalIgnoreCase))
        {
            return NaNBits;
        }

        return
            text.Equals("Infinity", StringComparison.OrdinalIgnoreCase)
            || text.Equals("Inf", StringComparison.OrdinalIgnoreCase)
            ? InfinityBits
            : null;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out string digits, out long exponent)
    {
        (digits, exponent) = ("", 0);
        var mark = text.IndexOfAny('e', 'E');
        if (mark >= 0)
        {
            var written = text[(mark + 1)..];
            if (
                !long.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs(exponent) > 1_000_000_000
            )
            {
                return false;
            }

            text = text[..mark];
        }

        var point = text.IndexOf('.');
        if (point >= 0)
        {
            exponent -= text.Length - point - 1;
        }

        var fraction = point < 0 ? "" : text[(point + 1)..];
        var whole = point < 0 ? text : text[..point];
        if (whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        digits = string.Concat(whole, fraction);
        return digits.Length > 0;
    }

    /// <summary>Moves zeros between digits and exponent until both fit.</summary>
    private static bool TryFit(string written, long exponent, out UInt128 coefficient, out long fitted)
    {
        var digits = written.TrimStart('0');
        (coefficient, fitted) = (UInt128.Zero, exponent);
        if (digits.Length == 0)
        {
            fitted = Math.Clamp(exponent, MinExponent, MaxExponent);
            return true;
        }

        var spare = digits.Length - digits.AsSpan().TrimEnd('0').Length;
        var tooMany = Math.Max(digits.Length - MaxDigits, MinExponent - exponent);
        if (tooMany > 0)
        {
            if (tooMany > spare)
            {
                return false;
            }

            digits = digits[..^(int)tooMany];
            fitted += tooMany;
        }

        var missing = fitted - MaxExponent;
        if (missing > 0)
        {
            if (missing > MaxDigits - digits.Length)
            {
                return false;
            }

            digits += new string('0', (int)missing);
            fitted = MaxExponent;
        }

        coefficient = UInt128.Parse(digits, CultureInfo.InvariantCulture);
        return true;
    }
}
