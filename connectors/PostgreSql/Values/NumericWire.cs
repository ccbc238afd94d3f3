using System.Buffers.Binary;

namespace Yyc3.Connectors.PostgreSql.Values;

/// <summary>Writes a <c>numeric</c> in its wire format, from digits with or without a point and a sign.</summary>
internal static class NumericWire
{
    private const ushort Negative = 0x4000;
    private const int Header = 8;
    private const int DigitsOfGroup = 4;

    /// <summary>More than that is left to the server, which has limits of its own.</summary>
    private const int MostDigits = 1000;

    /// <inheritdoc cref="WireWriter"/>
    public static int Write(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var isNegative = text.Length > 0 && text[0] == '-';
        var digits = isNegative ? text[1..] : text;
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? [] : digits[(point + 1)..];
        if (
            whole.IsEmpty
            || (point >= 0 && fraction.IsEmpty)
            || digits.Length > MostDigits
            || whole.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        )
        {
            return -1;
        }

        var groups = 0;
        // The first group of the whole part may be short, the last one of the fraction is filled with zeros.
        for (var end = (whole.Length - 1) % DigitsOfGroup + 1; end <= whole.Length; end += DigitsOfGroup)
        {
            Group(whole[Math.Max(0, end - DigitsOfGroup)..end], isFraction: false, target, groups++);
        }

        var weight = groups - 1;
        for (var begin = 0; begin < fraction.Length; begin += DigitsOfGroup)
        {
            var end = Math.Min(begin + DigitsOfGroup, fraction.Length);
            Group(fraction[begin..end], isFraction: true, target, groups++);
        }

        BinaryPrimitives.WriteInt16BigEndian(target, (short)groups);
        BinaryPrimitives.WriteInt16BigEndian(target[2..], (short)weight);
        BinaryPrimitives.WriteUInt16BigEndian(target[4..], isNegative ? Negative : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(target[6..], (ushort)fraction.Length);
        return Header + (groups * sizeof(short));
    }

    private static void Group(ReadOnlySpan<byte> digits, bool isFraction, Span<byte> target, int place)
    {
        var value = 0;
        for (var index = 0; index < DigitsOfGroup; index++)
        {
            value =
                index < digits.Length ? (value * 10) + (digits[index] - '0')
                : isFraction ? value * 10
                : value;
        }

        BinaryPrimitives.WriteInt16BigEndian(target[(Header + (place * sizeof(short)))..], (short)value);
    }
}
