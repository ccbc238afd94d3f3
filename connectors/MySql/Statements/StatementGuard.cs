using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sql;

namespace Yyc3.Connectors.MySql.Statements;

/// <summary>
/// What a caller's statement may be. The server's read-only transaction refuses most writes of a query by itself; this refuses
/// what it lets through, and in commands what would reach files, other sessions or the connection's own state.
/// </summary>
internal static class StatementGuard
{
    private const string ReadOnlyReason =
        "may only read: SELECT, WITH, VALUES, TABLE, SHOW, DESCRIBE and EXPLAIN, without INTO and locks";

    private const string CommandReason =
        "is not allowed: a command changes rows, calls a procedure, or defines tables, indexes, views, sequences and routines";

    private static readonly string[] FileWords = ["OUTFILE", "DUMPFILE", "INFILE", "SONAME"];
    private static readonly string[] LockFunctions = ["GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS"];

    private static readonly HashSet<string> Objects = new(StringComparer.Ordinal)
    {
        "AGGREGATE",
        "ALGORITHM",
        "DEFINER",
        "FULLTEXT",
        "FUNCTION",
        "IGNORE",
        "INDEX",
        "OFFLINE",
        "ONLINE",
        "PROCEDURE",
        "SEQUENCE",
        "SQL",
        "TABLE",
        "TEMPORARY",
        "TRIGGER",
        "UNIQUE",
        "VIEW",
    };

    /// <summary>Judges a query.</summary>
    /// <param name="sql">Its parts.</param>
    /// <returns>What it does.</returns>
    /// <exception cref="ConnectorException">It would write, or reach files.</exception>
    public static StatementKind Query(SqlText sql)
    {
        var kind = sql.Verb switch
        {
            "SELECT" or "VALUES" or "TABLE" => StatementKind.Selects,
            "SHOW" or "DESCRIBE" or "DESC" or "EXPLAIN" => StatementKind.Shows,
            _ => throw ReadOnly("query"),
        };
        var words = new StatementWords(sql.Source);
        while (words.MoveNext())
        {
            if (words.Is("INTO") || NamesAny(words, LockFunctions))
            {
                throw ReadOnly("query");
            }

            RefuseFiles(words, "query");
        }

        return kind;
    }

    /// <summary>Judges a command.</summary>
    /// <param name="sql">Its parts.</param>
    /// <param name="field">Dotted path of its text.</param>
    /// <returns>What it does.</returns>
    /// <exception cref="ConnectorException">It is not allowed.</exception>
    public static StatementKind Command(SqlText sql, string field)
    {
        var kind = Classify(sql) ?? throw ConnectorException.Invalid(field, CommandReason);
        var words = new StatementWords(sql.Source);
        while (words.MoveNext())
        {
            RefuseFiles(words, field);
        }

        return kind;
    }

    public static ConnectorException ReadOnly(string field, Exception? cause = null) =>
        new(ErrorKind.InvalidArgument, "READ_ONLY", ReadOnlyReason, innerException: cause) { Field = field };

    private static StatementKind? Classify(SqlText sql)
    {
        string[] words = [.. sql.Keywords];
        if (words is [_, "OR", "REPLACE", ..])
        {
            words = [words[0], .. words[3..]];
        }

        return sql.Verb switch
        {
            "SELECT" or "VALUES" or "TABLE" => StatementKind.Selects,
            "INSERT" or "REPLACE" or "UPDATE" or "DELETE" or "DO" => StatementKind.Changes,
            "CALL" => StatementKind.Calls,
            "CREATE" or "DROP" when words is [_, "TEMPORARY", "TABLE" or "TABLES", ..] => StatementKind.Changes,
            "CREATE" or "ALTER" or "DROP" when words is [_, var what, ..] && Objects.Contains(what) =>
                StatementKind.Defines,
            "CREATE" when words is [_, "SPATIAL", "INDEX", ..] => StatementKind.Defines,
            "RENAME" when words is [_, "TABLE" or "TABLES", ..] => StatementKind.Defines,
            "ANALYZE" or "OPTIMIZE" when words is [_, "TABLE" or "TABLES", ..] => StatementKind.Defines,
            "TRUNCATE" => StatementKind.Defines,
            _ => null,
        };
    }

    private static void RefuseFiles(StatementWords words, string field)
    {
        if (words.Names("LOAD_FILE") || IsAny(words, FileWords))
        {
            throw ConnectorException.Invalid(field, "must not reach files of the server");
        }
    }

    private static bool IsAny(StatementWords words, string[] keywords)
    {
        foreach (var keyword in keywords)
        {
            if (words.Is(keyword))
            {
                return true;
            }
        }

        return false;
    }

    private static bool NamesAny(StatementWords words, string[] functions)
    {
        foreach (var function in functions)
        {
            if (words.Names(function))
            {
                return true;
            }
        }

        return false;
    }
}
