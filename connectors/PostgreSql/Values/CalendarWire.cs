using System.Buffers.Binary;

namespace Yyc3.Connectors.PostgreSql.Values;

/// <summary>Writes dates and times in their wire format, from ISO 8601 with years of four digits.</summary>
internal static class CalendarWire
{
    private const int DateLength = 10;
    private const int ClockLength = 8;
    private const int MostFraction = 6;
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <inheritdoc cref="WireWriter"/>
    public static int Date(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (text.Length != DateLength || !TryDate(text, out var day))
        {
            return -1;
        }

        BinaryPrimitives.WriteInt32BigEndian(target, (day - Epoch).Days);
        return sizeof(int);
    }

    /// <summary>A time zone is read over, as the server does.</summary>
    /// <inheritdoc cref="WireWriter"/>
    public static int Timestamp(ReadOnlySpan<byte> text, Span<byte> target) =>
        TryTime(text, out var time, out var zone) && (zone.IsEmpty || zone.SequenceEqual("Z"u8))
            ? Write(time, target)
            : -1;

    /// <summary>Without a time zone it would be one of the session's.</summary>
    /// <inheritdoc cref="WireWriter"/>
    public static int Moment(ReadOnlySpan<byte> text, Span<byte> target) =>
        TryTime(text, out var time, out var zone) && (zone.SequenceEqual("Z"u8) || zone.SequenceEqual("+00"u8))
            ? Write(time, target)
            : -1;

    private static int Write(DateTime time, Span<byte> target)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, (time - Epoch).Ticks / TimeSpan.TicksPerMicrosecond);
        return sizeof(long);
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out DateTime time, out ReadOnlySpan<byte> zone)
    {
        time = default;
        zone = default;
        const int Clock = DateLength + 1;
        if (
            text.Length < Clock + ClockLength
            || !TryDate(text[..DateLength], out var day)
            || text[DateLength] is not ((byte)'T' or (byte)' ')
            || text[Clock + 2] != ':'
            || text[Clock + 5] != ':'
            || !TryNumber(text.Slice(Clock, 2), 23, out var hour)
            || !TryNumber(text.Slice(Clock + 3, 2), 59, out var minute)
            || !TryNumber(text.Slice(Clock + 6, 2), 59, out var second)
        )
        {
            return false;
        }

        zone = text[(Clock + ClockLength)..];
        var microseconds = 0;
        if (!zone.IsEmpty && zone[0] == '.')
        {
            var end = zone[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            var fraction = end < 0 ? zone[1..] : zone.Slice(1, end);
            if (fraction.Length is 0 or > MostFraction || !TryNumber(fraction, 999_999, out microseconds))
            {
                return false;
            }

            for (var digit = fraction.Length; digit < MostFraction; digit++)
            {
                microseconds *= 10;
            }

            zone = zone[(1 + fraction.Length)..];
        }

        time = day.Add(new TimeSpan(0, hour, minute, second, 0, microseconds));
        return true;
    }

    private static bool TryDate(ReadOnlySpan<byte> text, out DateTime day)
    {
        day = default;
        if (
            text[4] != '-'
            || text[7] != '-'
            || !TryNumber(text[..4], 9999, out var year)
            || !TryNumber(text.Slice(5, 2), 12, out var month)
            || !TryNumber(text.Slice(8, 2), 31, out var date)
            || year == 0
            || month == 0
            || date == 0
            || date > DateTime.DaysInMonth(year, month)
        )
        {
            return false;
        }

        day = new DateTime(year, month, date, 0, 0, 0, DateTimeKind.Unspecified);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, int most, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return value <= most;
    }
}
