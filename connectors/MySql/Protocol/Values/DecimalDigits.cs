using System.Globalization;

namespace Yyc3.Connectors.MySql.Protocol.Values;

/// <summary>How many digits the server needs for an exact number.</summary>
internal static class DecimalDigits
{
    /// <summary>Digits that a DECIMAL can have, before and behind the point together.</summary>
    public const int Most = 65;

    private const int TooMany = int.MaxValue;

    /// <summary>Counts them; zeros at the outer ends do not count.</summary>
    /// <param name="number">Digits with an optional sign, point and exponent.</param>
    /// <returns>The count.</returns>
    public static long Count(ReadOnlySpan<char> number)
    {
        var end = number.IndexOfAny('e', 'E');
        var mantissa = end < 0 ? number : number[..end];
        var first = mantissa.IndexOfAnyInRange('1', '9');
        if (first < 0)
        {
            return 1;
        }

        var exponent = 0;
        if (
            end >= 0
            && !int.TryParse(
                number[(end + 1)..],
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out exponent
            )
        )
        {
            return TooMany;
        }

        var point = mantissa.IndexOf('.') is >= 0 and var at ? at : mantissa.Length;
        var highest = Power(first, point) + exponent;
        var lowest = Power(mantissa.LastIndexOfAnyInRange('1', '9'), point) + exponent;
        return Math.Max(highest + 1, 0) - Math.Min(lowest, 0);
    }

    private static long Power(int digit, int point) => digit < point ? point - 1 - digit : point - digit;
}
