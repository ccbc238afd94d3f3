using System.Globalization;
using Yyc3.Connectors.MySql.Protocol.Wire;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MySql.Protocol.Values;

/// <summary>
/// Days and times. A DATETIME or TIMESTAMP is a moment, UTC, because every session's time zone is; what is no moment, such as
/// a zero date, keeps its text.
/// </summary>
internal static class CalendarText
{
    private const int NotFixed = 31;
    private const int TicksPerMicrosecond = 10;

    /// <summary>Reads a DATE, DATETIME or TIMESTAMP of the binary protocol.</summary>
    /// <param name="value">0, 4, 7 or 11 bytes.</param>
    /// <param name="column">Its column.</param>
    /// <returns>A moment, or a text.</returns>
    public static DbValue Moment(ReadOnlySpan<byte> value, ColumnDefinition column)
    {
        int year = 0,
            month = 0,
            day = 0,
            hour = 0,
            minute = 0,
            second = 0,
            micros = 0;
        var parts = new PacketReader(value);
        if (value.Length >= 4)
        {
            (year, month, day) = (parts.UInt16(), parts.Byte(), parts.Byte());
        }

        if (value.Length >= 7)
        {
            (hour, minute, second) = (parts.Byte(), parts.Byte(), parts.Byte());
        }

        if (value.Length >= 11)
        {
            micros = (int)parts.UInt32();
        }

        if (!column.IsDateTime)
        {
            return DbValue.From(string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}-{day:D2}"));
        }

        return IsDay(year, month, day) && hour < 24 && minute < 60 && second < 60 && micros < 1_000_000
            ? DbValue.From(Utc(year, month, day, hour, minute, second, micros))
            : DbValue.From(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{year:D4}-{month:D2}-{day:D2} {hour:D2}:{minute:D2}:{second:D2}{Fraction(micros, column.Decimals)}"
                )
            );
    }

    /// <summary>Reads a DATETIME or TIMESTAMP of the text protocol.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A moment, or the text.</returns>
    public static DbValue Moment(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            "yyyy-MM-dd HH:mm:ss.FFFFFF",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var moment
        )
            ? DbValue.From(moment)
            : DbValue.From(text);

    /// <summary>Reads a TIME of the binary protocol; it may be negative and longer than a day.</summary>
    /// <param name="value">0, 8 or 12 bytes.</param>
    /// <param name="column">Its column.</param>
    /// <returns>The text the server would give.</returns>
    public static DbValue Time(ReadOnlySpan<byte> value, ColumnDefinition column)
    {
        if (value.Length == 0)
        {
            return DbValue.From("00:00:00" + Fraction(0, column.Decimals));
        }

        var parts = new PacketReader(value);
        var sign = parts.Byte() != 0 ? "-" : "";
        var hours = (parts.UInt32() * 24L) + parts.Byte();
        var (minute, second) = (parts.Byte(), parts.Byte());
        var micros = value.Length >= 12 ? (int)parts.UInt32() : 0;
        return DbValue.From(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{sign}{hours:D2}:{minute:D2}:{second:D2}{Fraction(micros, column.Decimals)}"
            )
        );
    }

    /// <summary>Writes a moment as a DATETIME parameter; parts of a microsecond are dropped.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="output">Where to.</param>
    public static void Write(DateTimeOffset moment, PacketWriter output)
    {
        var utc = moment.UtcDateTime;
        output.Byte(11);
        output.UInt16((ushort)utc.Year);
        output.Byte((byte)utc.Month);
        output.Byte((byte)utc.Day);
        output.Byte((byte)utc.Hour);
        output.Byte((byte)utc.Minute);
        output.Byte((byte)utc.Second);
        output.UInt32((uint)(utc.TimeOfDay.Ticks % TimeSpan.TicksPerSecond / TicksPerMicrosecond));
    }

    private static bool IsDay(int year, int month, int day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);

    private static DateTimeOffset Utc(int year, int month, int day, int hour, int minute, int second, int micros) =>
        new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).AddTicks(
            (long)micros * TicksPerMicrosecond
        );

    private static string Fraction(int micros, byte digits)
    {
        if (digits == 0 || (digits >= NotFixed && micros == 0))
        {
            return "";
        }

        var text = micros.ToString("D6", CultureInfo.InvariantCulture);
        return "." + (digits < 6 ? text[..digits] : text);
    }
}
