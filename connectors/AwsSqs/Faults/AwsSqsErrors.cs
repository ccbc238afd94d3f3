using System.Net;
using System.Text.Json;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsSqs.Faults;

/// <summary>What the service's codes mean to a caller.</summary>
internal static class AwsSqsErrors
{
    public const string QueueNotFound = "QUEUE_NOT_FOUND";
    public const string QueueExists = "QUEUE_EXISTS";
    public const string AccessDenied = "PERMISSION_DENIED";

    /// <summary>How long the service keeps the name of a deleted queue.</summary>
    private static readonly TimeSpan NameHeld = TimeSpan.FromSeconds(60);

    /// <summary>Codes that say of one receipt that its lease is over or its message gone.</summary>
    public static bool MeansExpired(string code) =>
        Bare(code) is "ReceiptHandleIsInvalid" or "MessageNotInflight" or "InvalidParameterValue" or "InvalidIdFormat";

    /// <summary>The error for a code.</summary>
    /// <param name="code">As the service writes it, with or without namespace.</param>
    /// <param name="status">HTTP status, which decides what an unknown code means.</param>
    /// <param name="retryAfter">How long the service asks to wait.</param>
    public static ConnectorException Of(string code, HttpStatusCode status, TimeSpan? retryAfter = null) =>
        OfAccess(Bare(code)) ?? OfQueue(Bare(code), retryAfter) ?? OfMessage(Bare(code)) ?? Of(status, retryAfter);

    /// <summary>The error for what a call threw.</summary>
    public static ConnectorException Of(Exception fault)
    {
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            // The guard of the network refused the address; HttpClient wraps it.
            if (inner is ConnectorException known)
            {
                return known;
            }
        }

        return fault switch
        {
            // The token of the caller has been looked at before: something else ended the call.
            OperationCanceledException => new NetworkFault(
                NetworkFault.Timeout,
                "The provider did not answer in time.",
                ErrorKind.Timeout
            ).ToException(fault),
            JsonException or InvalidOperationException or FormatException or KeyNotFoundException => Misunderstood(
                fault
            ),
            _ when NetworkFault.Find(fault) is { } network => network.ToException(fault),
            HttpRequestException => Misunderstood(fault),
            _ => new ConnectorException(
                ErrorKind.Internal,
                "INTERNAL",
                "The connector failed while it spoke to the queue service.",
                innerException: fault
            ),
        };
    }

    public static ConnectorException NotFound() =>
        new(ErrorKind.NotFound, QueueNotFound, "There is no such queue in this region and account.");

    public static bool IsQueueNotFound(ConnectorException fault) =>
        string.Equals(fault.Code, QueueNotFound, StringComparison.Ordinal);

    private static ConnectorException? OfAccess(string code) =>
        code switch
        {
            "InvalidClientTokenId"
            or "UnrecognizedClient"
            or "InvalidAccessKeyId"
            or "SignatureDoesNotMatch"
            or "InvalidSignature"
            or "ExpiredToken"
            or "AuthFailure"
            or "NotAuthorized" => Unauthenticated("The queue service does not accept the access key or its secret."),
            "RequestExpired" or "RequestTimeTooSkewed" or "InvalidSecurity" => Unauthenticated(
                "The queue service does not accept the request's signature; the clock of this machine may be wrong."
            ),
            "MissingAuthenticationToken" or "IncompleteSignature" or "OptInRequired" => Unauthenticated(
                "The queue service does not accept the request's signature."
            ),
            "AccessDenied" or "AuthorizationError" => new ConnectorException(
                ErrorKind.PermissionDenied,
                AccessDenied,
                "The access key may not do this with the queue."
            ),
            "KmsAccessDenied"
            or "KmsDisabled"
            or "KmsInvalidState"
            or "KmsInvalidKeyUsage"
            or "KmsNotFound"
            or "KmsOptInRequired" => new ConnectorException(
                ErrorKind.PermissionDenied,
                "ENCRYPTION_KEY_UNUSABLE",
                "The key that encrypts the queue is missing, disabled or may not be used with this access key."
            ),
            _ => null,
        };

    private static ConnectorException? OfQueue(string code, TimeSpan? retryAfter) =>
        code switch
        {
            "QueueDoesNotExist" or "NonExistentQueue" => NotFound(),
            "QueueNameExists" or "QueueAlreadyExists" => new ConnectorException(
                ErrorKind.AlreadyExists,
                QueueExists,
                "A queue of that name is there already with other attributes."
            ),
            "QueueDeletedRecently" => new ConnectorException(
                ErrorKind.Unavailable,
                "QUEUE_DELETED_RECENTLY",
                "A queue of that name was deleted a moment ago; the service holds the name for a minute.",
                retryAfter ?? NameHeld
            ),
            "RequestThrottled" or "Throttling" or "Throttled" or "KmsThrottled" or "TooManyRequests" => Throttled(
                retryAfter
            ),
            "OverLimit" => new ConnectorException(
                ErrorKind.Throttled,
                "OVER_LIMIT",
                "The queue has as many leased messages as the service allows.",
                retryAfter
            ),
            "UnsupportedOperation" => new ConnectorException(
                ErrorKind.PreconditionFailed,
                "UNSUPPORTED_OPERATION",
                "The queue service does not do this with such a queue."
            ),
            _ => null,
        };

    private static ConnectorException? OfMessage(string code) =>
        code switch
        {
            "InvalidMessageContents" => ConnectorException.Invalid("message", "holds characters the queue refuses"),
            "BatchRequestTooLong" or "RequestEntityTooLarge" => TooLarge(),
            "InvalidParameterValue" or "InvalidAttributeValue" or "MissingParameter" => new ConnectorException(
                ErrorKind.InvalidArgument,
                "REFUSED_PARAMETER",
                "The queue refuses a value; it may take only smaller messages than this one."
            )
            {
                Field = "message",
            },
            _ => null,
        };

    private static ConnectorException Of(HttpStatusCode status, TimeSpan? retryAfter) =>
        status switch
        {
            HttpStatusCode.Unauthorized => Unauthenticated("The queue service does not accept the credentials."),
            HttpStatusCode.Forbidden => new ConnectorException(
                ErrorKind.PermissionDenied,
                "FORBIDDEN",
                "The queue service, or something before it, refuses this call."
            ),
            HttpStatusCode.RequestEntityTooLarge => TooLarge(),
            HttpStatusCode.TooManyRequests => Throttled(retryAfter),
            >= HttpStatusCode.InternalServerError => new ConnectorException(
                ErrorKind.Unavailable,
                "SERVICE_UNAVAILABLE",
                "The queue service cannot answer at the moment.",
                retryAfter
            ),
            HttpStatusCode.BadRequest => new ConnectorException(
                ErrorKind.InvalidArgument,
                "REFUSED",
                "The queue service refuses the request."
            ),
            _ => Misunderstood(null),
        };

    private static ConnectorException Misunderstood(Exception? fault) =>
        new(
            ErrorKind.MalformedAnswer,
            "MALFORMED_ANSWER",
            "The queue service's answer cannot be understood.",
            innerException: fault
        );

    private static ConnectorException Throttled(TimeSpan? retryAfter) =>
        new(ErrorKind.Throttled, "THROTTLED", "The queue service asks to slow down.", retryAfter);

    private static ConnectorException Unauthenticated(string message) =>
        new(ErrorKind.Unauthenticated, "INVALID_CREDENTIALS", message);

    private static ConnectorException TooLarge() =>
        ConnectorException.Invalid("message", "is larger than the queue takes");

    /// <summary>The same code comes as <c>com.amazonaws.sqs#X</c>, <c>AWS.SimpleQueueService.X</c> or <c>XException</c>.</summary>
    private static string Bare(string code)
    {
        var name = code[(code.LastIndexOfAny(['#', '.']) + 1)..];
        return name.EndsWith("Exception", StringComparison.Ordinal) ? name[..^"Exception".Length] : name;
    }
}
