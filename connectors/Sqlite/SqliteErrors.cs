using System.Globalization;
using System.Text;
using SQLitePCL;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Sqlite;

/// <summary>Turns result codes into the SDK's errors. The engine's texts are for the log only: they quote values.</summary>
internal static class SqliteErrors
{
    /// <summary>Maps a failure.</summary>
    /// <param name="failure">The engine's code.</param>
    /// <param name="statement">What was running.</param>
    /// <returns>The exception to throw.</returns>
    public static ConnectorException Map(SqliteFailure failure, SqliteCommand statement) =>
        failure.Primary switch
        {
            raw.SQLITE_AUTH or raw.SQLITE_READONLY when statement.ReadOnly => ReadOnly(statement.Field, failure),
            raw.SQLITE_AUTH => NotAllowed(statement.Field, failure),
            raw.SQLITE_ERROR => Refused(statement.Field, failure, Reason(failure, statement.Sql.Source)),
            raw.SQLITE_TOOBIG => Refused(statement.Field, failure, "makes a text or bytes longer than the limit"),
            raw.SQLITE_MISMATCH => Refused(statement.Field, failure, "gives a value of the wrong type"),
            raw.SQLITE_RANGE => Refused(statement.Field, failure, "uses too many parameters"),
            _ => Map(failure),
        };

    /// <summary>Maps a failure that has nothing to do with the text of a statement.</summary>
    /// <param name="failure">The engine's code.</param>
    /// <returns>The exception to throw.</returns>
    public static ConnectorException Map(SqliteFailure failure)
    {
        var (kind, code, message) = failure.Primary switch
        {
            raw.SQLITE_CONSTRAINT => Constraint(failure.Code),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (
                ErrorKind.Conflict,
                "DATABASE_BUSY",
                "Another process is writing to the database."
            ),
            raw.SQLITE_FULL => (ErrorKind.QuotaExceeded, "STORAGE_FULL", "There is no space left for the database."),
            raw.SQLITE_NOTADB => (
                ErrorKind.PreconditionFailed,
                "NOT_A_DATABASE",
                "The file is not a SQLite database, or it is encrypted."
            ),
            raw.SQLITE_CORRUPT => (ErrorKind.MalformedAnswer, "DATABASE_CORRUPT", "The database file is damaged."),
            raw.SQLITE_CANTOPEN or raw.SQLITE_IOERR or raw.SQLITE_NOLFS => (
                ErrorKind.Unavailable,
                "STORAGE_UNAVAILABLE",
                "The database file cannot be opened, read or written."
            ),
            raw.SQLITE_PERM or raw.SQLITE_READONLY => (
                ErrorKind.PermissionDenied,
                "STORAGE_READ_ONLY",
                "The runtime may not write to the database file."
            ),
            raw.SQLITE_NOMEM => (ErrorKind.QuotaExceeded, "OUT_OF_MEMORY", "The statement needs too much memory."),
            _ => (ErrorKind.Internal, "DATABASE_FAILURE", "The database failed unexpectedly."),
        };
        return new ConnectorException(kind, code, message, innerException: failure);
    }

    public static ConnectorException ReadOnly(string field, Exception? cause = null) =>
        new(
            ErrorKind.InvalidArgument,
            "READ_ONLY",
            "may only read; changes, PRAGMA, ATTACH and transaction control are refused",
            innerException: cause
        )
        {
            Field = field,
        };

    public static ConnectorException NotAllowed(string field, Exception? cause = null) =>
        Refused(
            field,
            cause,
            "is not allowed: PRAGMA, ATTACH, DETACH, VACUUM, temporary objects and transaction control are refused"
        );

    private static (ErrorKind Kind, string Code, string Message) Constraint(int code) =>
        code switch
        {
            raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY or raw.SQLITE_CONSTRAINT_ROWID => (
                ErrorKind.AlreadyExists,
                "UNIQUE_VIOLATION",
                "A row with the same key exists already."
            ),
            raw.SQLITE_CONSTRAINT_NOTNULL => Violation("A column that must have a value would have none."),
            raw.SQLITE_CONSTRAINT_CHECK => Violation("A value does not satisfy a CHECK constraint."),
            raw.SQLITE_CONSTRAINT_FOREIGNKEY => Violation("A reference to another row would be broken."),
            _ => Violation("A constraint of the database is not satisfied."),
        };

    private static (ErrorKind Kind, string Code, string Message) Violation(string message) =>
        (ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION", message);

    private static ConnectorException Refused(string field, Exception? cause, string reason) =>
        new(ErrorKind.InvalidArgument, "INVALID_ARGUMENT", reason, innerException: cause) { Field = field };

    private static string Reason(SqliteFailure failure, string text)
    {
        if (failure.IsAlreadyThere)
        {
            return "creates a table, index, view or trigger that exists already";
        }

        if (failure.Offset < 0)
        {
            return "cannot be run: check its grammar, the tables and columns it refers to, and the values it computes";
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var position = Encoding.UTF8.GetCharCount(bytes, 0, Math.Min(failure.Offset, bytes.Length)) + 1;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"cannot be parsed near position {position}, or refers to a table, column or function that does not exist"
        );
    }
}
