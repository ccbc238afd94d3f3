using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Yyc3.Connectors.PostgreSql.Values;

/// <summary>Writes a <c>numeric</c> as PostgreSQL does, from its wire format: no decimal of .NET holds its digits.</summary>
internal static class NumericText
{
    private const ushort Negative = 0x4000;
    private const ushort NotANumber = 0xC000;
    private const ushort Infinity = 0xD000;
    private const ushort NegativeInfinity = 0xF000;
    private const int Header = 8;

    /// <summary>Writes a value.</summary>
    /// <param name="wire">Count of digits, weight of the first, sign, digits behind the point; then digits of base 10 000.</param>
    /// <param name="isNumber">False for NaN and the infinities.</param>
    /// <returns>The text.</returns>
    public static string Write(ReadOnlySpan<byte> wire, out bool isNumber)
    {
        var count = BinaryPrimitives.ReadInt16BigEndian(wire);
        var weight = BinaryPrimitives.ReadInt16BigEndian(wire[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(wire[4..]);
        var scale = BinaryPrimitives.ReadUInt16BigEndian(wire[6..]);
        isNumber = sign is 0 or Negative;
        if (!isNumber)
        {
            return sign switch
            {
                NotANumber => "NaN",
                Infinity => "Infinity",
                NegativeInfinity => "-Infinity",
                _ => "",
            };
        }

        var text = new StringBuilder(Math.Max(0, (int)weight) * 4 + scale + 8);
        if (sign == Negative)
        {
            text.Append('-');
        }

        if (weight < 0)
        {
            text.Append('0');
        }

        for (var index = 0; index <= weight; index++)
        {
            var digit = Digit(wire, index, count);
            _ = index == 0 ? text.Append(digit) : text.Append(CultureInfo.InvariantCulture, $"{digit:0000}");
        }

        if (scale > 0)
        {
            text.Append('.');
            var end = text.Length + scale;
            for (var index = weight + 1; text.Length < end; index++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Digit(wire, index, count):0000}");
            }

            text.Length = end;
        }

        return text.ToString();
    }

    private static int Digit(ReadOnlySpan<byte> wire, int index, int count) =>
        index >= 0 && index < count ? BinaryPrimitives.ReadInt16BigEndian(wire[(Header + (index * 2))..]) : 0;
}
