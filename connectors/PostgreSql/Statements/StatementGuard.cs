using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sql;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>
/// What a statement may begin with. The server refuses writes of a query by itself; this refuses what would not be a
/// statement of its own: control of the transaction, settings of the session, a change of the protocol's mode.
/// </summary>
internal static class StatementGuard
{
    private static readonly HashSet<string> Queries = new(StringComparer.Ordinal)
    {
        "SELECT",
        "VALUES",
        "TABLE",
        "SHOW",
        "EXPLAIN",
    };

    private static readonly HashSet<string> NoCommands = new(StringComparer.Ordinal)
    {
        // Transactions.
        "BEGIN",
        "START",
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "SAVEPOINT",
        "RELEASE",
        "PREPARE",
        // What would stay on the connection, or is only of use to the next statement on it.
        "SET",
        "RESET",
        "DISCARD",
        "EXECUTE",
        "DEALLOCATE",
        "DECLARE",
        "FETCH",
        "MOVE",
        "CLOSE",
        "LISTEN",
        "UNLISTEN",
        // Files, programs and libraries of the server, or a stream of its own.
        "COPY",
        "LOAD",
    };

    /// <summary>Refuses what a query must not be.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="field">Its path, for the error.</param>
    public static void CheckQuery(SqlText text, string field)
    {
        if (!Queries.Contains(text.Verb))
        {
            throw PostgreSqlErrors.ReadOnly(field);
        }
    }

    /// <summary>Refuses what a command must not be.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="field">Its path, for the error.</param>
    public static void CheckCommand(SqlText text, string field)
    {
        if (NoCommands.Contains(text.Verb))
        {
            throw ConnectorException.Invalid(
                field,
                "is not allowed: transaction control, session settings, cursors, prepared statements, LISTEN, COPY and LOAD "
                    + "are refused"
            );
        }
    }
}
