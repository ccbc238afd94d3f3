using System.Globalization;
using Npgsql;
using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>Turns SQLSTATE codes into the SDK's errors. The server's texts are for the log only: they quote values.</summary>
internal static class PostgreSqlErrors
{
    /// <summary>Whether a prepared statement no longer fits its tables: nothing has run, and preparing it again is all it takes.</summary>
    /// <param name="fault">What the server said.</param>
    public static bool IsStalePlan(PostgresException fault) =>
        fault is { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" };

    public static ConnectorException ReadOnly(string field, Exception? cause = null) =>
        new(
            ErrorKind.InvalidArgument,
            "READ_ONLY",
            "may only read: it begins with SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN and changes nothing",
            innerException: cause
        )
        {
            Field = field,
        };

    /// <summary>Maps whatever a call at Npgsql has thrown.</summary>
    /// <param name="fault">What was thrown.</param>
    /// <param name="statement">What was running; null for nothing of the caller's.</param>
    /// <param name="deadline">When it had to end.</param>
    /// <returns>The exception to throw.</returns>
    public static Exception Map(Exception fault, CheckedStatement? statement, SessionDeadline deadline) =>
        fault switch
        {
            ConnectorException => fault,
            OperationCanceledException => deadline.Error(fault),
            PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => deadline.Error(fault),
            PostgresException refused => Of(refused, statement),
            // Npgsql wraps the cancellation of a handshake, and breaks a connection that does not answer a request to stop.
            NpgsqlException when deadline.IsOver => deadline.Error(fault),
            _ when NetworkFault.Find(fault) is { } network => network.ToException(fault),
            NpgsqlException => new ConnectorException(
                ErrorKind.Unavailable,
                "DATABASE_UNAVAILABLE",
                "The connection to the database failed.",
                innerException: fault
            ),
            _ => new ConnectorException(
                ErrorKind.Internal,
                "DATABASE_FAILURE",
                "The database failed unexpectedly.",
                innerException: fault
            ),
        };

    private static ConnectorException Of(PostgresException fault, CheckedStatement? statement)
    {
        if (statement is { IsQuery: true } && fault.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or "25001")
        {
            return ReadOnly(statement?.Field ?? "query", fault);
        }

        var (kind, code, message) = OfState(fault.SqlState);
        return new ConnectorException(
            kind,
            code,
            code == "INVALID_ARGUMENT" ? Reason(fault, statement) : message,
            innerException: fault
        )
        {
            Field = code == "INVALID_ARGUMENT" ? statement?.Field : null,
        };
    }

    private static (ErrorKind Kind, string Code, string Message) OfState(string state) =>
        state switch
        {
            PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation => (
                ErrorKind.AlreadyExists,
                "UNIQUE_VIOLATION",
                "A row with the same key exists already."
            ),
            PostgresErrorCodes.NotNullViolation => Violation("A column that must have a value would have none."),
            PostgresErrorCodes.CheckViolation => Violation("A value does not satisfy a CHECK constraint."),
            PostgresErrorCodes.ForeignKeyViolation => Violation("A reference to another row would be broken."),
            PostgresErrorCodes.ReadOnlySqlTransaction => (
                ErrorKind.PreconditionFailed,
                "READ_ONLY",
                "The database is read-only: a standby, or set so by its administrator."
            ),
            PostgresErrorCodes.InvalidCatalogName => (
                ErrorKind.NotFound,
                "DATABASE_NOT_FOUND",
                "The server has no database of that name."
            ),
            PostgresErrorCodes.InsufficientPrivilege => (
                ErrorKind.PermissionDenied,
                "PERMISSION_DENIED",
                "The credentials may not do this."
            ),
            PostgresErrorCodes.DeadlockDetected => (
                ErrorKind.Conflict,
                "DEADLOCK",
                "The statement and another one were waiting for each other."
            ),
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ObjectInUse => (
                ErrorKind.Conflict,
                "LOCKED",
                "Another statement holds what this one needs."
            ),
            PostgresErrorCodes.TooManyConnections => (
                ErrorKind.Throttled,
                "TOO_MANY_CONNECTIONS",
                "The server has no connection left."
            ),
            PostgresErrorCodes.DiskFull => (ErrorKind.QuotaExceeded, "STORAGE_FULL", "The server has no space left."),
            PostgresErrorCodes.ConfigurationLimitExceeded => (
                ErrorKind.QuotaExceeded,
                "LIMIT_EXCEEDED",
                "A limit that the server's administrator has set is reached."
            ),
            _ => OfClass(state),
        };

    private static (ErrorKind Kind, string Code, string Message) OfClass(string state) =>
        state.AsSpan(0, Math.Min(2, state.Length)) switch
        {
            "08" => Unavailable("The connection to the server was lost."),
            "23" or "44" or "27" => Violation("A constraint of the database is not satisfied."),
            "28" => (
                ErrorKind.Unauthenticated,
                "INVALID_CREDENTIALS",
                "The server refuses the user name or the password."
            ),
            "40" => (ErrorKind.Conflict, "SERIALIZATION_FAILURE", "A concurrent change came first."),
            "53" => Unavailable("The server is short of resources."),
            "57" => Unavailable("The server is starting, stopping or was told to end the connection."),
            "58" => Unavailable("The server's operating system reports a failure."),
            "26" => Unavailable("The server has lost its prepared statements."),
            "XX" => (
                ErrorKind.MalformedAnswer,
                "DATABASE_CORRUPT",
                "The server reports an internal failure or damaged data."
            ),
            "P0" => (
                ErrorKind.PreconditionFailed,
                "RAISED_BY_DATABASE",
                "A function or trigger of the database refuses this."
            ),
            "38" or "39" => (
                ErrorKind.PreconditionFailed,
                "RAISED_BY_DATABASE",
                "A function or trigger of the database failed."
            ),
            _ => (ErrorKind.InvalidArgument, "INVALID_ARGUMENT", ""),
        };

    private static (ErrorKind Kind, string Code, string Message) Violation(string message) =>
        (ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION", message);

    private static (ErrorKind Kind, string Code, string Message) Unavailable(string message) =>
        (ErrorKind.Unavailable, "DATABASE_UNAVAILABLE", message);

    private static string Reason(PostgresException fault, CheckedStatement? statement)
    {
        var what = fault.SqlState switch
        {
            PostgresErrorCodes.SyntaxError => "cannot be parsed",
            PostgresErrorCodes.UndefinedTable => "refers to a table that does not exist",
            PostgresErrorCodes.UndefinedColumn => "refers to a column that does not exist",
            PostgresErrorCodes.UndefinedFunction =>
                "uses a function or operator that does not exist for these types of arguments",
            PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject or "42P06" or "42701" or "42723" =>
                "creates something that exists already",
            "42P18" or "42P08" => "leaves the type of a parameter open; write :name::type",
            "25001" => "cannot run inside a transaction",
            "2D000" => "must not end the transaction it runs in",
            _ => fault.SqlState.StartsWith("22", StringComparison.Ordinal)
                ? "computes or is given a value that its type cannot hold"
                : "cannot be run: check its grammar, what it refers to, and the types it combines",
        };
        var position = statement?.SourcePosition(fault.Position) ?? 0;
        return position > 0 ? string.Create(CultureInfo.InvariantCulture, $"{what} (near position {position})") : what;
    }
}
