using Confluent.Kafka;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Faults;

/// <summary>What the codes of Kafka and of its client mean to a caller.</summary>
internal static class KafkaErrors
{
    public static ConnectorException From(KafkaException fault) => From(CodeOf(fault), fault);

    public static ConnectorException From(Error error) => From(error.Code, new KafkaException(error));

    /// <summary>The code that says most: of the first partition that failed, where a call was about several.</summary>
    public static ErrorCode CodeOf(KafkaException fault) =>
        fault is TopicPartitionOffsetException { Results: var results }
            ? results.Find(result => result.Error.IsError)?.Error.Code ?? fault.Error.Code
            : fault.Error.Code;

    /// <summary>No broker could be dialled.</summary>
    public static ConnectorException Unreachable(Exception? fault) =>
        NetworkFault.Find(fault)?.ToException(fault)
        ?? new ConnectorException(
            ErrorKind.Unavailable,
            "BROKERS_UNAVAILABLE",
            "No broker can be reached.",
            innerException: fault
        );

    public static ConnectorException NotCreated(Exception fault) =>
        new(
            ErrorKind.PreconditionFailed,
            "CLIENT_REFUSED_SETTINGS",
            "The Kafka client does not accept the settings.",
            innerException: fault
        );

    public static ConnectorException Closed() =>
        new(ErrorKind.Unavailable, "CONSUMER_CLOSED", "The consumer of this topic and group was closed meanwhile.");

    public static ConnectorException NotBuried(ConnectorException fault) =>
        new(
            fault.Kind,
            fault.Code,
            $"A message cannot be moved to the topic of the dead letters: {fault.Message}",
            fault.RetryAfter,
            fault
        );

    private static ConnectorException From(ErrorCode code, Exception fault)
    {
        if (code is ErrorCode.Local_Ssl)
        {
            return NetworkFault.Tls.ToException(fault);
        }

        var (kind, reason, message) = Refused(code) ?? Wrong(code) ?? Absent(code) ?? Failing(code);
        return new ConnectorException(kind, reason, message, innerException: fault)
        {
            Field = kind == ErrorKind.InvalidArgument ? FieldOf(code) : null,
        };
    }

    private static (ErrorKind Kind, string Reason, string Message)? Refused(ErrorCode code) =>
        code switch
        {
            ErrorCode.Local_Authentication
            or ErrorCode.SaslAuthenticationFailed
            or ErrorCode.UnsupportedSaslMechanism
            or ErrorCode.IllegalSaslState => (
                ErrorKind.Unauthenticated,
                "INVALID_CREDENTIALS",
                "The broker refuses the credentials or the way they are proven."
            ),
            ErrorCode.TopicAuthorizationFailed => (
                ErrorKind.PermissionDenied,
                "TOPIC_NOT_PERMITTED",
                "The credentials may not do this with the topic."
            ),
            ErrorCode.GroupAuthorizationFailed => (
                ErrorKind.PermissionDenied,
                "GROUP_NOT_PERMITTED",
                "The credentials may not use the consumer group."
            ),
            ErrorCode.ClusterAuthorizationFailed or ErrorCode.SecurityDisabled => (
                ErrorKind.PermissionDenied,
                "NOT_PERMITTED",
                "The credentials may not do this in the cluster."
            ),
            _ => null,
        };

    private static (ErrorKind Kind, string Reason, string Message)? Wrong(ErrorCode code) =>
        code switch
        {
            ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic => (
                ErrorKind.NotFound,
                "TOPIC_NOT_FOUND",
                "The topic does not exist and the cluster makes none by itself."
            ),
            ErrorCode.Local_UnknownPartition => (
                ErrorKind.InvalidArgument,
                "INVALID_ARGUMENT",
                "is no partition of the topic"
            ),
            ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize => (
                ErrorKind.InvalidArgument,
                "INVALID_ARGUMENT",
                "is larger than the topic takes"
            ),
            ErrorCode.InvalidRecord or ErrorCode.PolicyViolation => (
                ErrorKind.InvalidArgument,
                "INVALID_ARGUMENT",
                "breaks a rule of the topic"
            ),
            ErrorCode.TopicException => (ErrorKind.InvalidArgument, "INVALID_ARGUMENT", "is no name the cluster takes"),
            ErrorCode.InvalidGroupId => (ErrorKind.InvalidArgument, "INVALID_ARGUMENT", "is no name the cluster takes"),
            ErrorCode.InconsistentGroupProtocol => (
                ErrorKind.PreconditionFailed,
                "GROUP_PROTOCOL_DIFFERS",
                "Other members of the group do not assign partitions cooperatively."
            ),
            ErrorCode.GroupMaxSizeReached => (
                ErrorKind.QuotaExceeded,
                "GROUP_FULL",
                "The consumer group has as many members as the cluster allows."
            ),
            ErrorCode.UnsupportedVersion or ErrorCode.Local_UnsupportedFeature => (
                ErrorKind.PreconditionFailed,
                "BROKER_TOO_OLD",
                "The cluster does not have a function that is needed."
            ),
            _ => null,
        };

    private static (ErrorKind Kind, string Reason, string Message)? Absent(ErrorCode code) =>
        code switch
        {
            ErrorCode.Local_MsgTimedOut
            or ErrorCode.Local_TimedOut
            or ErrorCode.Local_TimedOutQueue
            or ErrorCode.RequestTimedOut => (
                ErrorKind.Timeout,
                NetworkFault.Timeout,
                "The cluster did not answer in time."
            ),
            ErrorCode.Local_Transport
            or ErrorCode.Local_AllBrokersDown
            or ErrorCode.NetworkException
            or ErrorCode.Local_DestroyBroker => (
                ErrorKind.Unavailable,
                NetworkFault.ConnectionLost,
                "The connection to the cluster was lost."
            ),
            ErrorCode.Local_Resolve => (
                ErrorKind.Unavailable,
                NetworkFault.DnsFailure,
                "A broker's host name cannot be resolved."
            ),
            ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight or ErrorCode.Local_Destroy => (
                ErrorKind.Unavailable,
                "CLIENT_CLOSED",
                "The integration was closed meanwhile."
            ),
            _ => null,
        };

    private static (ErrorKind Kind, string Reason, string Message) Failing(ErrorCode code) =>
        code switch
        {
            ErrorCode.Local_QueueFull or ErrorCode.ThrottlingQuotaExceeded => (
                ErrorKind.Throttled,
                "TOO_MANY_MESSAGES",
                "More messages wait for confirmation than are kept in memory."
            ),
            ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend => (
                ErrorKind.Unavailable,
                "NOT_ENOUGH_REPLICAS",
                "Too few replicas of the partition are in sync to take messages."
            ),
            ErrorCode.KafkaStorageError => (ErrorKind.Unavailable, "STORAGE_FAILED", "A disk of the broker fails."),
            ErrorCode.LeaderNotAvailable
            or ErrorCode.NotLeaderForPartition
            or ErrorCode.BrokerNotAvailable
            or ErrorCode.ReplicaNotAvailable
            or ErrorCode.FencedLeaderEpoch
            or ErrorCode.UnknownLeaderEpoch
            or ErrorCode.GroupLoadInProgress
            or ErrorCode.GroupCoordinatorNotAvailable
            or ErrorCode.NotCoordinatorForGroup
            or ErrorCode.Local_WaitCoord
            or ErrorCode.RebalanceInProgress
            or ErrorCode.Unknown => (
                ErrorKind.Unavailable,
                "CLUSTER_BUSY",
                "The cluster is choosing who serves this; it can be asked again soon."
            ),
            ErrorCode.InvalidMsg or ErrorCode.Local_BadMsg or ErrorCode.Local_BadCompression => (
                ErrorKind.MalformedAnswer,
                "MESSAGE_CORRUPT",
                "A message was damaged on its way or cannot be read."
            ),
            _ => (
                ErrorKind.Internal,
                "KAFKA_FAILED",
                "The cluster or its client failed in a way that was not expected."
            ),
        };

    private static string FieldOf(ErrorCode code) =>
        code switch
        {
            ErrorCode.Local_UnknownPartition => "options.partition",
            ErrorCode.TopicException => "topic",
            ErrorCode.InvalidGroupId => "consumerGroup",
            _ => "message",
        };
}
