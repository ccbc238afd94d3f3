using System.Globalization;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>A position in the log, and in whose log.</summary>
/// <param name="Origin">Names server, table, key and publication; another one begins another log.</param>
/// <param name="Position">How much has been told.</param>
internal sealed record LogCursor(string Origin, LogPosition Position)
{
    private const string Mark = "log1";

    public string Write() =>
        string.Create(CultureInfo.InvariantCulture, $"{Mark}:{Origin}:{Position.Lsn:x}:{Position.Count}");

    /// <summary>Reads a cursor.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The cursor; null when it is not one of these.</returns>
    public static LogCursor? Read(string? text)
    {
        var parts = text?.Split(':') ?? [];
        return
            parts is [Mark, { Length: > 0 } origin, var lsn, var count]
            && ulong.TryParse(lsn, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var at)
            && long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var told)
            ? new LogCursor(origin, new LogPosition(at, told))
            : null;
    }
}
