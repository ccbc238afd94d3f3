using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>Reads the first line of a value.</summary>
internal static class RespLine
{
    /// <summary>A null string or array of version 2 has this length.</summary>
    private const long NullLength = -1;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its end; not empty.</param>
    /// <returns>The header.</returns>
    /// <exception cref="RespProtocolException">It is none.</exception>
    public static RespHeader Read(ReadOnlySpan<byte> line)
    {
        var rest = line[1..];
        return line[0] switch
        {
            (byte)'$' => Sized(RespType.BulkString, rest),
            (byte)':' => new RespHeader(RespType.Integer, Integer(rest), null),
            (byte)'+' => new RespHeader(RespType.SimpleString, 0, Encoding.UTF8.GetString(rest)),
            (byte)'*' => Sized(RespType.Array, rest),
            (byte)'%' => Pairs(RespType.Map, rest),
            (byte)'-' => new RespHeader(RespType.Error, 0, ErrorCode(rest)),
            (byte)'_' => default,
            (byte)'~' => Sized(RespType.Set, rest),
            (byte)',' => new RespHeader(RespType.Double, BitConverter.DoubleToInt64Bits(Double(rest)), null),
            (byte)'#' => new RespHeader(RespType.Boolean, Truth(rest), null),
            (byte)'(' => new RespHeader(RespType.BigNumber, 0, BigNumber(rest)),
            (byte)'=' => Sized(RespType.Verbatim, rest),
            (byte)'!' => Sized(RespType.BulkError, rest),
            (byte)'>' => Sized(RespType.Push, rest),
            (byte)'|' => Pairs(RespType.Attribute, rest),
            _ => throw new RespProtocolException("A value has an unknown type."),
        };
    }

    /// <summary>The first word of an error. The rest may quote what the caller sent, so it is dropped here.</summary>
    /// <param name="text">The error's text.</param>
    /// <returns>The code, or an empty text when the first word has not the shape of one.</returns>
    public static string ErrorCode(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)' ', (byte)'\r', (byte)'\n');
        var word = end < 0 ? text : text[..end];
        return word.Length is 0 or > 32 || word.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') >= 0
            ? ""
            : Encoding.ASCII.GetString(word);
    }

    private static RespHeader Sized(RespType type, ReadOnlySpan<byte> digits)
    {
        // The line end behind a string must still be countable.
        var length = Integer(digits);
        return length is >= 0 and <= long.MaxValue - 2 ? new RespHeader(type, length, null)
            : length == NullLength ? default
            : throw new RespProtocolException("A length is out of range.");
    }

    private static RespHeader Pairs(RespType type, ReadOnlySpan<byte> digits)
    {
        var count = Integer(digits);
        return count is >= 0 and <= int.MaxValue
            ? new RespHeader(type, count * 2, null)
            : throw new RespProtocolException("A number of pairs is out of range.");
    }

    private static long Integer(ReadOnlySpan<byte> digits)
    {
        // Almost every number is a short length.
        if (digits.Length is > 0 and < 10 && digits[0] != '-' && digits[0] != '+')
        {
            var sum = 0;
            foreach (var digit in digits)
            {
                var value = digit - '0';
                if ((uint)value > 9)
                {
                    throw new RespProtocolException("A number has a character that is no digit.");
                }

                sum = (sum * 10) + value;
            }

            return sum;
        }

        return Utf8Parser.TryParse(digits, out long number, out var used) && used == digits.Length && used > 0
            ? number
            : throw new RespProtocolException("A number cannot be read.");
    }

    private static long Truth(ReadOnlySpan<byte> text) =>
        text is [(byte)'t'] ? 1
        : text is [(byte)'f'] ? 0
        : throw new RespProtocolException("A truth value is neither true nor false.");

    private static double Double(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("inf"u8) || text.SequenceEqual("+inf"u8))
        {
            return double.PositiveInfinity;
        }

        if (text.SequenceEqual("-inf"u8))
        {
            return double.NegativeInfinity;
        }

        if (text.SequenceEqual("nan"u8) || text.SequenceEqual("-nan"u8))
        {
            return double.NaN;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RespProtocolException("A double cannot be read.");
    }

    private static string BigNumber(ReadOnlySpan<byte> text)
    {
        var digits = text is [(byte)'-' or (byte)'+', ..] ? text[1..] : text;
        return digits.Length > 0 && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            ? Encoding.ASCII.GetString(text is [(byte)'+', ..] ? digits : text)
            : throw new RespProtocolException("A big number cannot be read.");
    }
}
