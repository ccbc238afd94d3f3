using System.Globalization;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>
/// How every session is set up, at its start and after each reset. It may only read unless a transaction says otherwise, its
/// time zone is UTC, its texts are utf8mb4, and its <c>sql_mode</c> is the server's without what changes how SQL is read.
/// </summary>
/// <param name="Statement">The SET statement.</param>
/// <param name="LongestPacket">Longest packet the server takes.</param>
/// <param name="TimeLimitVariable">Variable that ends a statement by itself.</param>
/// <param name="TimeLimitUnit">What it counts.</param>
/// <param name="ServerTimeLimit">The server's own limit, in that unit; 0 for none.</param>
internal sealed record SessionSetup(
    string Statement,
    long LongestPacket,
    string TimeLimitVariable,
    TimeSpan TimeLimitUnit,
    double ServerTimeLimit
)
{
    /// <summary>With these a backslash, a double quote, a bar or <c>:name</c> means something else; the last two groups stand for more.</summary>
    private static readonly HashSet<string> ReadsDifferently = new(StringComparer.OrdinalIgnoreCase)
    {
        "NO_BACKSLASH_ESCAPES",
        "ANSI_QUOTES",
        "ANSI",
        "DB2",
        "MAXDB",
        "MSSQL",
        "ORACLE",
        "POSTGRESQL",
    };

    private const int SlowReaderSeconds = 600;

    /// <summary>What must be known of the server.</summary>
    /// <param name="isMariaDb">Whether it is MariaDB.</param>
    /// <returns>A query for one row.</returns>
    public static string Question(bool isMariaDb) =>
        isMariaDb
            ? "SELECT @@sql_mode, @@max_allowed_packet, @@max_statement_time"
            : "SELECT @@sql_mode, @@max_allowed_packet, @@max_execution_time";

    /// <summary>Makes the setup from the answer.</summary>
    /// <param name="isMariaDb">Whether it is MariaDB.</param>
    /// <param name="sqlMode">Its <c>sql_mode</c>.</param>
    /// <param name="longestPacket">Its <c>max_allowed_packet</c>.</param>
    /// <param name="timeLimit">Its own limit for statements.</param>
    /// <returns>The setup.</returns>
    public static SessionSetup From(bool isMariaDb, string sqlMode, string longestPacket, string timeLimit)
    {
        var readOnly = isMariaDb ? "tx_read_only" : "transaction_read_only";
        var statement = string.Create(
            CultureInfo.InvariantCulture,
            $"SET NAMES utf8mb4, time_zone='+00:00', autocommit=1, sql_mode='{SafeMode(sqlMode)}', "
                + $"net_write_timeout={SlowReaderSeconds}, {readOnly}=1"
        );
        return new(
            statement,
            long.Parse(longestPacket, CultureInfo.InvariantCulture),
            isMariaDb ? "max_statement_time" : "max_execution_time",
            isMariaDb ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(1),
            double.Parse(timeLimit, CultureInfo.InvariantCulture)
        );
    }

    /// <summary>Removes what changes how SQL is read.</summary>
    /// <param name="sqlMode">The server's modes.</param>
    /// <returns>The others.</returns>
    public static string SafeMode(string sqlMode) =>
        string.Join(
            ',',
            sqlMode
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(mode =>
                    !ReadsDifferently.Contains(mode) && mode.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
                )
        );

    /// <summary>The limit to set for a statement; never above the server's own.</summary>
    /// <param name="timeout">How long it may run.</param>
    /// <returns>A number for the variable; 0 for none.</returns>
    public double TimeLimit(TimeSpan? timeout)
    {
        if (timeout is not { } time || time > TimeSpan.FromDays(1))
        {
            return ServerTimeLimit;
        }

        // A net below the KILL that comes at the exact time; whole seconds, so that it seldom changes.
        var limit = (Math.Ceiling(Math.Max(0, time.TotalSeconds)) + 1) * (TimeSpan.FromSeconds(1) / TimeLimitUnit);
        return ServerTimeLimit > 0 ? Math.Min(limit, ServerTimeLimit) : limit;
    }
}
