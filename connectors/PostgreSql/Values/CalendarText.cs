using System.Globalization;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.PostgreSql.Values;

/// <summary>
/// Writes dates and timestamps as PostgreSQL does, from what it counts since 2000-01-01: its years go from 4713 BC to 294276,
/// those of .NET from 1 to 9999.
/// </summary>
internal static class CalendarText
{
    private const long MicrosecondsPerDay = 86_400_000_000;
    private const long DaysBefore2000 = 730_119;
    private const long LastDay = 3_652_058;
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a <c>date</c>.</summary>
    /// <param name="days">Days since 2000-01-01; the limits stand for infinity.</param>
    /// <returns>The text.</returns>
    public static string Date(int days) =>
        days switch
        {
            int.MaxValue => "infinity",
            int.MinValue => "-infinity",
            _ => Day(days, out var isBefore) + (isBefore ? " BC" : ""),
        };

    /// <summary>Writes a <c>timestamp</c>.</summary>
    /// <param name="microseconds">Microseconds since 2000-01-01; the limits stand for infinity.</param>
    /// <param name="zone">Written behind the time: <c>+00</c>, or nothing.</param>
    /// <returns>The text.</returns>
    public static string Timestamp(long microseconds, string zone = "")
    {
        if (microseconds is long.MaxValue or long.MinValue)
        {
            return microseconds > 0 ? "infinity" : "-infinity";
        }

        var days = Days(microseconds);
        var rest = microseconds - (days * MicrosecondsPerDay);
        var day = Day(days, out var isBefore);
        var time = new TimeOnly(rest * TimeSpan.TicksPerMicrosecond);
        var clock = time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture);
        return $"{day} {clock}{zone}{(isBefore ? " BC" : "")}";
    }

    /// <summary>Reads a <c>timestamptz</c>.</summary>
    /// <param name="microseconds">Microseconds since 2000-01-01, UTC; the limits stand for infinity.</param>
    /// <returns>The moment, or a text when .NET has none.</returns>
    public static DbValue Moment(long microseconds) =>
        Days(microseconds) + DaysBefore2000 is >= 0 and <= LastDay
            ? DbValue.From(Epoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond))
            : DbValue.From(Timestamp(microseconds, "+00"));

    private static long Days(long microseconds)
    {
        var days = Math.DivRem(microseconds, MicrosecondsPerDay, out var rest);
        return rest < 0 ? days - 1 : days;
    }

    /// <summary>Gregorian days to year, month and day, for years of any sign; the year begins in March while it counts.</summary>
    private static string Day(long days, out bool isBefore)
    {
        const int DaysOfEra = 146_097;
        var march = days + DaysBefore2000 + 306;
        var era = (march >= 0 ? march : march - (DaysOfEra - 1)) / DaysOfEra;
        var dayOfEra = march - (era * DaysOfEra);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var month = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * month) + 2) / 5) + 1;
        month = month < 10 ? month + 3 : month - 9;
        var year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
        isBefore = year <= 0;
        return string.Create(CultureInfo.InvariantCulture, $"{(isBefore ? 1 - year : year):0000}-{month:00}-{day:00}");
    }
}
