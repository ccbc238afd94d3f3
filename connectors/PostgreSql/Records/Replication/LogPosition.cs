using System.Globalization;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>
/// How much of the server's log has been told: every transaction whose commit lies before <paramref name="Lsn"/>, and the first
/// <paramref name="Count"/> changes of the one whose commit is right there.
/// </summary>
/// <param name="Lsn">Byte in the log.</param>
/// <param name="Count">Changes; 0 between transactions.</param>
internal readonly record struct LogPosition(ulong Lsn, long Count) : IComparable<LogPosition>
{
    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;

    /// <summary>Reads a number of the log as the server writes it: <c>16/B374D848</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number.</returns>
    public static ulong ParseLsn(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return (ulong.Parse(text.AsSpan(0, slash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) << 32)
            | ulong.Parse(text.AsSpan(slash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>Writes a number of the log as the server reads it.</summary>
    /// <param name="lsn">The number.</param>
    /// <returns>The text.</returns>
    public static string FormatLsn(ulong lsn) =>
        string.Create(CultureInfo.InvariantCulture, $"{lsn >> 32:X}/{lsn & 0xFFFF_FFFF:X}");

    public int CompareTo(LogPosition other) =>
        Lsn != other.Lsn ? Lsn.CompareTo(other.Lsn) : Count.CompareTo(other.Count);
}
