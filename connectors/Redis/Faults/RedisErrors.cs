using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Faults;

/// <summary>Turns the server's error codes and broken connections into the SDK's errors. The server's texts are not kept.</summary>
internal static class RedisErrors
{
    public const string InvalidCredentials = "INVALID_CREDENTIALS";

    /// <summary>The login was refused.</summary>
    public static ConnectorException BadCredentials() =>
        new(ErrorKind.Unauthenticated, InvalidCredentials, "The server refuses the username or the password.");

    /// <summary>Makes the error of what broke a connection.</summary>
    public static Exception Connection(Exception cause) =>
        cause switch
        {
            ConnectorException or OperationCanceledException => cause,
            RespProtocolException => new ConnectorException(
                ErrorKind.MalformedAnswer,
                "MALFORMED_ANSWER",
                "The provider does not answer as a Redis server does.",
                innerException: cause
            ),
            _ => (NetworkFault.Find(cause) ?? NetworkFault.Find(new EndOfStreamException())!).ToException(cause),
        };

    /// <summary>Maps an error that the server answered.</summary>
    /// <param name="code">First word of the error.</param>
    /// <param name="field">Dotted path of the statement.</param>
    public static ConnectorException Map(string code, string field) =>
        code switch
        {
            "ERR" => ConnectorException.Invalid(
                field,
                "is refused by the server: check its options, and that its numbers are numbers and in range"
            ),
            "WRONGTYPE" => new(
                ErrorKind.PreconditionFailed,
                "WRONG_TYPE",
                "The key holds a value of a type that the command does not work on."
            )
            {
                Field = field,
            },
            "BUSYKEY" => new(ErrorKind.AlreadyExists, "KEY_EXISTS", "The key exists already."),
            "BUSYGROUP" => new(ErrorKind.AlreadyExists, "GROUP_EXISTS", "The consumer group exists already."),
            "NOGROUP" => new(ErrorKind.NotFound, "GROUP_NOT_FOUND", "The stream or its consumer group does not exist."),
            "NOSCRIPT" => new(ErrorKind.NotFound, "SCRIPT_NOT_FOUND", "The server does not know that script."),
            _ => OfServer(code),
        };

    /// <summary>Maps an error that says something about the server, not about a statement.</summary>
    /// <param name="code">First word of the error.</param>
    public static ConnectorException OfServer(string code) =>
        code switch
        {
            "NOAUTH" or "WRONGPASS" => BadCredentials(),
            "NOPERM" => new(
                ErrorKind.PermissionDenied,
                "PERMISSION_DENIED",
                "The user may not run that command, or not on that key or channel."
            ),
            "DENIED" => new(
                ErrorKind.PermissionDenied,
                "PROTECTED_MODE",
                "The server takes connections from its own machine only."
            ),
            "OOM" => new(ErrorKind.QuotaExceeded, "OUT_OF_MEMORY", "The server's memory is used up."),
            "LOADING" => Unavailable("SERVER_LOADING", "The server is still loading its data."),
            "BUSY" => Unavailable("SERVER_BUSY", "The server is busy with a script."),
            "MASTERDOWN" or "NOREPLICAS" => Unavailable(
                "REPLICATION_BROKEN",
                "The server does not answer while its replication is broken."
            ),
            "MISCONF" => Unavailable(
                "PERSISTENCE_FAILING",
                "The server takes no writes while it cannot save its data."
            ),
            "READONLY" => Unavailable(
                "REPLICA_READ_ONLY",
                "The server is a replica and takes no writes; another one may have become the primary."
            ),
            "CLUSTERDOWN" or "TRYAGAIN" => Unavailable("CLUSTER_DOWN", "The cluster does not answer at the moment."),
            "MOVED" or "ASK" or "CROSSSLOT" => new(
                ErrorKind.PreconditionFailed,
                "CLUSTER_NOT_SUPPORTED",
                "The server is part of a cluster, and a cluster is not supported."
            ),
            "EXECABORT" => new(
                ErrorKind.PreconditionFailed,
                "BATCH_ABORTED",
                "The server refused a statement of the batch and ran none."
            ),
            _ => new(
                ErrorKind.PreconditionFailed,
                "COMMAND_FAILED",
                "The server answered with an error that only the command itself can explain."
            ),
        };

    /// <summary>A value or row is larger than the limit.</summary>
    public static ConnectorException TooLarge() =>
        new(
            ErrorKind.PreconditionFailed,
            "REPLY_TOO_LARGE",
            "A value or row of the answer is larger than maxReplyBytes allows."
        );

    private static ConnectorException Unavailable(string code, string message) =>
        new(ErrorKind.Unavailable, code, message);
}
