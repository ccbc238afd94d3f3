using System.Collections.Frozen;
using System.Globalization;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Faults;

/// <summary>Turns the server's numbers and the network's failures into the SDK's errors.</summary>
internal static class MongoDbErrors
{
    /// <summary>Numbers from here on are assertions about one operator or stage of what was sent.</summary>
    private const int FirstAssertion = 10_000;

    /// <summary>BadValue, FailedToParse, TypeMismatch and others by which the server refuses what was sent.</summary>
    private static readonly FrozenSet<int> InputCodes =
    [
        2,
        4,
        5,
        9,
        14,
        15,
        16,
        17,
        21,
        22,
        28,
        29,
        30,
        34,
        40,
        47,
        52,
        53,
        54,
        55,
        56,
        57,
        61,
        66,
        67,
        72,
        73,
        79,
        100,
        165,
        166,
        167,
        168,
        170,
        197,
        224,
        227,
        241,
        257,
        291,
    ];

    /// <summary>The answer is no BSON, or not what the command answers.</summary>
    /// <param name="cause">For the log.</param>
    /// <returns>The exception to throw.</returns>
    public static ConnectorException Malformed(Exception? cause = null) =>
        new(
            ErrorKind.MalformedAnswer,
            "MALFORMED_ANSWER",
            "The server's answer cannot be understood.",
            innerException: cause
        );

    /// <summary>Maps what a connection throws.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <returns>The exception to throw.</returns>
    public static ConnectorException Network(Exception cause) =>
        NetworkFault.Find(cause)?.ToException(cause)
        ?? new ConnectorException(
            ErrorKind.Internal,
            "DATABASE_FAILURE",
            "The connection failed unexpectedly.",
            innerException: cause
        );

    /// <summary>Maps the server's refusal of a command.</summary>
    /// <param name="failure">The refusal.</param>
    /// <param name="field">Dotted path of the command, for what it is to blame for.</param>
    /// <returns>The exception to throw.</returns>
    public static ConnectorException Map(MongoDbFailure failure, string field)
    {
        var error = Map(failure);
        return new ConnectorException(error.Kind, error.Code, error.Message, innerException: failure)
        {
            Field = error.Code is "INVALID_ARGUMENT" ? field : null,
            Details =
                failure.AffectedRows > 0
                    ? new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["affectedRows"] = failure.AffectedRows.ToString(CultureInfo.InvariantCulture),
                    }
                    : null,
        };
    }

    /// <summary>Maps the server's refusal.</summary>
    /// <param name="failure">The refusal.</param>
    /// <returns>The exception to throw.</returns>
    public static ConnectorException Map(MongoDbFailure failure)
    {
        var (kind, code, message) = failure.IsUnconfirmed ? Unconfirmed(failure.Code) : Find(failure.Code);
        return new ConnectorException(kind, code, message, innerException: failure);
    }

    private static (ErrorKind, string, string) Unconfirmed(int code) =>
        code switch
        {
            // Waiting for the majority ended first.
            50 or 64 or 202 or 262 => (
                ErrorKind.Timeout,
                "WRITE_NOT_CONFIRMED",
                "The write was done but not confirmed in time; it may still be lost."
            ),
            79 or 100 => (
                ErrorKind.PreconditionFailed,
                "WRITE_CONCERN_UNSATISFIABLE",
                "The write was done, but the server cannot confirm it as asked for."
            ),
            _ => Find(code) is (ErrorKind.Unavailable, _, _) unavailable
                ? unavailable
                : (
                    ErrorKind.Unavailable,
                    "WRITE_NOT_CONFIRMED",
                    "The write was done but not confirmed; it may still be lost."
                ),
        };

    private static (ErrorKind Kind, string Code, string Message) Find(int code) =>
        code switch
        {
            11000 or 11001 or 12582 => (
                ErrorKind.AlreadyExists,
                "UNIQUE_VIOLATION",
                "A document with the same unique value exists."
            ),
            121 => (ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION", "A document breaks a rule of its collection."),
            13 => (ErrorKind.PermissionDenied, "PERMISSION_DENIED", "The user may not do this."),
            11 or 18 or 334 or 391 or 8000 => (
                ErrorKind.Unauthenticated,
                "INVALID_CREDENTIALS",
                "The server refused the user name or password."
            ),
            26 => (ErrorKind.NotFound, "COLLECTION_NOT_FOUND", "The collection does not exist."),
            27 => (ErrorKind.NotFound, "INDEX_NOT_FOUND", "The index does not exist."),
            48 => (ErrorKind.AlreadyExists, "COLLECTION_EXISTS", "A collection of that name exists."),
            68 or 85 or 86 => (
                ErrorKind.AlreadyExists,
                "INDEX_EXISTS",
                "An index of that name or on those fields exists with other options."
            ),
            50 or 262 or 290 => (
                ErrorKind.Timeout,
                "QUERY_TIMEOUT",
                "The statement ran longer than its timeout and was stopped."
            ),
            24 or 46 or 112 or 117 or 175 or 225 or 239 or 244 or 246 or 251 or 267 => (
                ErrorKind.Conflict,
                "WRITE_CONFLICT",
                "A concurrent change won."
            ),
            43 or 136 or 237 => (
                ErrorKind.Unavailable,
                "CURSOR_LOST",
                "The server no longer has the rest of the rows."
            ),
            10107 or 13435 or 13436 or 10058 or 189 => (
                ErrorKind.Unavailable,
                "NOT_PRIMARY",
                "The server is not the replica set's primary."
            ),
            6 or 7 or 89 or 91 or 133 or 134 or 9001 or 11600 or 11601 or 11602 => (
                ErrorKind.Unavailable,
                "DATABASE_UNAVAILABLE",
                "The server is shutting down, starting or changing its role."
            ),
            16500 => (ErrorKind.Throttled, "THROTTLED", "The server asks to slow down."),
            146 or 292 => (ErrorKind.QuotaExceeded, "OUT_OF_MEMORY", "The statement needs too much memory."),
            14031 => (ErrorKind.QuotaExceeded, "STORAGE_FULL", "There is no space left for the database."),
            20 or 263 => (
                ErrorKind.InvalidArgument,
                "INVALID_ARGUMENT",
                "is an operation that the server does not allow there"
            ),
            59 or 115 => (ErrorKind.InvalidArgument, "INVALID_ARGUMENT", "is a command that this server does not have"),
            _ => IsInput(code)
                ? (ErrorKind.InvalidArgument, "INVALID_ARGUMENT", "is refused by the server as malformed")
                : (ErrorKind.Internal, "DATABASE_FAILURE", "The database failed unexpectedly."),
        };

    private static bool IsInput(int code) => code >= FirstAssertion || InputCodes.Contains(code);
}
