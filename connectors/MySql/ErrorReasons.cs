using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MySql;

/// <summary>The meaning of error numbers, and of SQLSTATE classes for those that are not listed.</summary>
internal static class ErrorReasons
{
    private static readonly ErrorReason UniqueViolation = new(
        ErrorKind.AlreadyExists,
        "UNIQUE_VIOLATION",
        "A row with the same key exists already."
    );

    private static readonly ErrorReason Refused = new(
        ErrorKind.Unauthenticated,
        "INVALID_CREDENTIALS",
        "The server refuses the user name or the password."
    );

    private static readonly ErrorReason WayUnknown = new(
        ErrorKind.PreconditionFailed,
        MySqlErrors.AuthMethodUnsupported,
        "The server and this connector have no way to authenticate in common."
    );

    private static readonly ErrorReason TlsRequired = new(
        ErrorKind.PreconditionFailed,
        "TLS_REQUIRED",
        "The server takes no connection without TLS."
    );

    private static readonly ErrorReason NotPermitted = new(
        ErrorKind.PermissionDenied,
        "PERMISSION_DENIED",
        "The user may not do this."
    );

    private static readonly ErrorReason NoDatabase = new(
        ErrorKind.NotFound,
        "DATABASE_NOT_FOUND",
        "The database does not exist."
    );

    private static readonly ErrorReason LockTimeout = new(
        ErrorKind.Conflict,
        "LOCK_TIMEOUT",
        "Another transaction holds a lock for too long."
    );

    private static readonly ErrorReason Deadlock = new(
        ErrorKind.Conflict,
        "DEADLOCK",
        "The change collides with another transaction."
    );

    private static readonly ErrorReason TooMany = new(
        ErrorKind.Throttled,
        "TOO_MANY_CONNECTIONS",
        "The server takes no more connections or statements for now."
    );

    private static readonly ErrorReason Stopped = new(
        ErrorKind.Timeout,
        "QUERY_TIMEOUT",
        "The server has stopped the statement."
    );

    private static readonly ErrorReason Full = new(
        ErrorKind.QuotaExceeded,
        "SERVER_FULL",
        "The server has no space or memory left for this."
    );

    private static readonly ErrorReason ReadOnlyServer = new(
        ErrorKind.PreconditionFailed,
        "SERVER_READ_ONLY",
        "The server is set to refuse this, as a read-only one does."
    );

    private static readonly ErrorReason HostRefused = new(
        ErrorKind.PermissionDenied,
        "HOST_NOT_ALLOWED",
        "The server refuses connections from this host."
    );

    private static readonly ErrorReason Lost = new(
        ErrorKind.Unavailable,
        NetworkFault.ConnectionLost,
        "The server has ended the connection."
    );

    private static readonly ErrorReason NoValue = Violation("A column that must have a value would have none.");
    private static readonly ErrorReason BrokenReference = Violation("A reference to another row would be broken.");
    private static readonly ErrorReason BrokenCheck = Violation("A value does not satisfy a CHECK constraint.");
    private static readonly ErrorReason Signalled = Violation("A trigger or procedure refuses the change.");
    private static readonly ErrorReason BrokenConstraint = Violation("A constraint of the database is not satisfied.");
    private static readonly ErrorReason Unknown = new(
        ErrorKind.Internal,
        "DATABASE_FAILURE",
        "The database failed unexpectedly."
    );

    private static readonly Dictionary<int, ErrorReason> ByNumber = Table<ErrorReason>(
        (UniqueViolation, [1022, 1062, 1169, 1557, 1586, 1859]),
        (NoValue, [1048, 1263, 1364]),
        (BrokenReference, [1216, 1217, 1451, 1452, 1701]),
        (BrokenCheck, [3819, 4025]),
        (Signalled, [1644]),
        (Refused, [1045, 1698, 1820, 1862, 3118, 3955, 4151]),
        (WayUnknown, [1251, 1524]),
        (TlsRequired, [3159]),
        (NotPermitted, [1044, 1095, 1142, 1143, 1227, 1370, 1410]),
        (NoDatabase, [1049]),
        (LockTimeout, [1205]),
        (Deadlock, [1020, 1213, 3572]),
        (TooMany, [1040, 1203, 1226, 1461]),
        (Stopped, [1317, 1969, 3024]),
        (Full, [1021, 1037, 1038, 1041, 1114]),
        (ReadOnlyServer, [1290, 1836, 3100]),
        (HostRefused, [1129, 1130]),
        (Lost, [1053, 1077, 1158, 1159, 1160, 1161, 1184, 1927, 2006, 2013, 3032, 4031])
    );

    private static readonly Dictionary<string, ErrorReason> ByState = new(StringComparer.Ordinal)
    {
        ["08"] = Lost,
        ["23"] = BrokenConstraint,
        ["28"] = Refused,
        ["40"] = Deadlock,
        ["45"] = Signalled,
    };

    private static readonly Dictionary<int, string> ByNumberOfStatement = Table<string>(
        ("cannot be parsed: check its grammar", [1064, 1149]),
        (
            "refers to a table, column, index or routine that does not exist",
            [1046, 1051, 1052, 1054, 1066, 1091, 1109, 1146, 1176, 1305, 1356, 1449, 4091]
        ),
        ("creates what exists already", [1007, 1050, 1060, 1061, 1304, 1359, 1826]),
        (
            "gives a value that its column or function cannot take",
            [1264, 1265, 1292, 1366, 1367, 1406, 1411, 1525, 1690, 1958, 3140, 4035, 4036, 4037, 4038, 4039, 4040]
        ),
        ("takes no parameters", [MySqlErrorCode.NotPreparable]),
        ("has more than 65535 parameters", [1390]),
        ("would change rows where only reading is allowed", [1792]),
        ("is longer with its values than the server's max_allowed_packet", [MySqlErrorCode.PacketTooLarge, 1301])
    );

    /// <summary>Why a statement itself is to blame.</summary>
    /// <param name="failure">The server's error.</param>
    /// <returns>The reason without the field's name; null when the statement is not to blame.</returns>
    public static string? OfStatement(MySqlException failure) =>
        ByNumberOfStatement.GetValueOrDefault(failure.Number)
        ?? (
            !ByNumber.ContainsKey(failure.Number) && failure.SqlState[..2] is "07" or "0A" or "21" or "22" or "42"
                ? "cannot be run: check its grammar and the tables, columns and functions it refers to"
                : null
        );

    /// <summary>What an error means apart from any statement.</summary>
    /// <param name="failure">The server's error.</param>
    /// <returns>The reason.</returns>
    public static ErrorReason Of(MySqlException failure) =>
        ByNumber.GetValueOrDefault(failure.Number) ?? ByState.GetValueOrDefault(failure.SqlState[..2], Unknown);

    private static ErrorReason Violation(string message) =>
        new(ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION", message);

    private static Dictionary<int, T> Table<T>(params (T Reason, int[] Numbers)[] rows) =>
        rows.SelectMany(row => row.Numbers.Select(number => (number, row.Reason)))
            .ToDictionary(pair => pair.number, pair => pair.Reason);
}
