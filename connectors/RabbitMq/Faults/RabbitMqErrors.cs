using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Faults;

/// <summary>What the broker's reply codes and the library's exceptions mean. Texts of the broker are for the log only.</summary>
internal static class RabbitMqErrors
{
    private const int ContentTooLarge = 311;
    private const int ConnectionForced = 320;
    private const int InvalidPath = 402;
    private const int AccessRefused = 403;
    private const int NotFound = 404;
    private const int ResourceLocked = 405;
    private const int PreconditionFailed = 406;
    private const int ResourceError = 506;
    private const int NotAllowed = 530;
    private const int NotImplemented = 540;
    private const int InternalError = 541;

    public static ConnectorException Lost(Exception? cause = null) =>
        new(
            ErrorKind.Unavailable,
            NetworkFault.ConnectionLost,
            "The connection to the provider was lost.",
            innerException: cause
        );

    public static ConnectorException Closed() =>
        new(ErrorKind.Unavailable, "CONNECTOR_CLOSED", "The integration was closed while the call came in.");

    public static ConnectorException Late(Exception? cause = null) =>
        new(ErrorKind.Timeout, NetworkFault.Timeout, "The provider did not answer in time.", innerException: cause);

    public static ConnectorException Blocked(ErrorKind kind) =>
        new(
            kind,
            "BROKER_BLOCKED",
            "The broker is short of memory or disk space and takes no messages until it has recovered."
        );

    /// <summary>Maps a failure to connect.</summary>
    public static ConnectorException FromConnect(Exception fault)
    {
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            if (inner is ConnectorException known)
            {
                return known;
            }

            if (inner is AuthenticationFailureException)
            {
                return Unauthenticated(fault);
            }

            if (inner is OperationInterruptedException { ShutdownReason: { Initiator: ShutdownInitiator.Peer } reason })
            {
                return FromConnectReply(reason.ReplyCode, fault);
            }

            if (inner is PacketNotRecognizedException or MalformedFrameException or ProtocolVersionMismatchException)
            {
                return new ConnectorException(
                    ErrorKind.MalformedAnswer,
                    "NOT_AMQP",
                    "What listens there does not speak AMQP 0-9-1.",
                    innerException: fault
                );
            }
        }

        return From(fault);
    }

    /// <summary>Maps a failure on an open connection.</summary>
    public static ConnectorException From(Exception fault) =>
        fault switch
        {
            ConnectorException known => known,
            OperationInterruptedException { ShutdownReason: { } reason } => FromShutdown(reason, fault),
            OperationCanceledException => Late(fault),
            _ => NetworkFault.Find(fault)?.ToException(fault) ?? Lost(fault),
        };

    /// <summary>Maps the reason why a channel or connection is closed.</summary>
    public static ConnectorException FromShutdown(ShutdownEventArgs reason, Exception? cause = null) =>
        reason.Initiator == ShutdownInitiator.Peer ? FromReply(reason.ReplyCode, cause) : Lost(cause);

    private static ConnectorException FromConnectReply(int code, Exception cause) =>
        code switch
        {
            AccessRefused => Unauthenticated(cause),
            // The broker gives the same code for one that is not there and one that the user may not enter.
            NotAllowed or InvalidPath => new ConnectorException(
                ErrorKind.NotFound,
                "VHOST_NOT_FOUND",
                "The virtual host does not exist, or this user may not use it.",
                innerException: cause
            )
            {
                Field = "config.virtualHost",
            },
            _ => FromReply(code, cause),
        };

    private static ConnectorException FromReply(int code, Exception? cause)
    {
        var (kind, reason, message) = code switch
        {
            ContentTooLarge => (
                ErrorKind.InvalidArgument,
                "MESSAGE_TOO_LARGE",
                "The broker takes no message this large."
            ),
            ConnectionForced => (
                ErrorKind.Unavailable,
                NetworkFault.ConnectionLost,
                "The broker closed the connection."
            ),
            AccessRefused => (ErrorKind.PermissionDenied, "ACCESS_DENIED", "The user may not do this at the broker."),
            NotFound => (ErrorKind.NotFound, "NOT_FOUND", "The exchange or queue does not exist."),
            ResourceLocked => (
                ErrorKind.PreconditionFailed,
                "QUEUE_LOCKED",
                "The queue belongs to another connection alone."
            ),
            PreconditionFailed => (
                ErrorKind.PreconditionFailed,
                "PRECONDITION_FAILED",
                "The broker refused this: the queue differs, or a limit of the broker is exceeded."
            ),
            ResourceError => (ErrorKind.Throttled, "BROKER_OVERLOADED", "The broker lacks the resources for this."),
            NotAllowed => (ErrorKind.PermissionDenied, "NOT_ALLOWED", "The broker does not allow this."),
            NotImplemented => (
                ErrorKind.PreconditionFailed,
                "NOT_SUPPORTED",
                "The broker does not offer this for that queue."
            ),
            InternalError => (ErrorKind.Unavailable, "BROKER_FAILED", "The broker failed."),
            _ => (ErrorKind.Internal, "PROTOCOL_ERROR", "The broker refused what was sent."),
        };
        return new ConnectorException(kind, reason, message, innerException: cause);
    }

    private static ConnectorException Unauthenticated(Exception cause) =>
        new(
            ErrorKind.Unauthenticated,
            "INVALID_CREDENTIALS",
            "The broker refused the user name or the password.",
            innerException: cause
        );
}
