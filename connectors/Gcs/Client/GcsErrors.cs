using Google.Apis.Auth.OAuth2.Responses;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Gcs.Client;

/// <summary>Turns the service's statuses and reasons into the connector's errors.</summary>
internal static class GcsErrors
{
    /// <summary>Code of an upload of which the service has less than it once had.</summary>
    public const string Lost = "UPLOAD_LOST";

    public static ConnectorException ObjectNotFound() =>
        new(ErrorKind.NotFound, "OBJECT_NOT_FOUND", "There is no such object.");

    public static ConnectorException VersionNotFound() =>
        new(ErrorKind.NotFound, "VERSION_NOT_FOUND", "There is no such version.");

    public static ConnectorException BucketNotFound() =>
        new(ErrorKind.NotFound, "BUCKET_NOT_FOUND", "The bucket does not exist.");

    public static ConnectorException ObjectExists() =>
        new(ErrorKind.PreconditionFailed, "OBJECT_EXISTS", "There is an object with this key already.");

    public static ConnectorException Changing() =>
        new(ErrorKind.Conflict, "OBJECT_CHANGING", "Another caller changed the object at the same time.");

    public static ConnectorException Failing(TimeSpan? retryAfter = null, Exception? cause = null) =>
        new(ErrorKind.Unavailable, "PROVIDER_FAILING", "The storage service is failing.", retryAfter, cause);

    public static ConnectorException UploadLost() =>
        new(ErrorKind.Unavailable, Lost, "The storage service lost a part of the upload.");

    public static ConnectorException UploadDamaged() =>
        new(ErrorKind.Unavailable, "UPLOAD_DAMAGED", "The storage service stored another size than was sent.");

    public static ConnectorException RangeIgnored() =>
        new(
            ErrorKind.MalformedAnswer,
            "RANGE_IGNORED",
            "The storage service sent another part of the object than was asked for."
        );

    public static ConnectorException Strange(Exception? cause = null) =>
        new(
            ErrorKind.MalformedAnswer,
            "PROVIDER_ANSWER",
            "The storage service gave an answer that is not understood.",
            innerException: cause
        );

    /// <summary>The error of an answer that every request may get.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="reason">Machine-readable reason in the answer's JSON; null for none.</param>
    /// <param name="retryAfter">What the service asks for.</param>
    public static ConnectorException Of(int status, string? reason, TimeSpan? retryAfter) =>
        (status, reason) switch
        {
            (_, "rateLimitExceeded" or "userRateLimitExceeded") or (429, _) => new(
                ErrorKind.Throttled,
                "PROVIDER_BUSY",
                "The storage service asks to slow down.",
                retryAfter
            ),
            (_, "quotaExceeded" or "dailyLimitExceeded") => new(
                ErrorKind.QuotaExceeded,
                "QUOTA_EXCEEDED",
                "The project's quota is used up."
            ),
            (_, "userProjectMissing" or "required") and (400, _) => ConnectorException.Invalid(
                "config.projectId",
                "is required: the requester pays for this bucket"
            ),
            (_, "retentionPolicyNotMet" or "objectUnderActiveHold") => new(
                ErrorKind.PermissionDenied,
                "OBJECT_IMMUTABLE",
                "A retention policy or a hold forbids changing the object."
            ),
            (401, _) => new(
                ErrorKind.Unauthenticated,
                "INVALID_CREDENTIALS",
                "The storage service refuses the credentials."
            ),
            (403, _) => new(ErrorKind.PermissionDenied, "ACCESS_DENIED", "The credentials may not do this."),
            (404, _) => ObjectNotFound(),
            (408, _) => new(ErrorKind.Timeout, "TIMEOUT", "The storage service did not get the request in time."),
            (409 or 412, _) => Changing(),
            (413, _) => ConnectorException.Invalid("file", "is too large"),
            (416, _) => new(ErrorKind.OutOfRange, "RANGE_NOT_SATISFIABLE", "The range lies outside the object.")
            {
                Field = "range",
            },
            (410, _) or (>= 500, _) => Failing(retryAfter),
            (>= 400, _) => new(
                ErrorKind.PreconditionFailed,
                "REQUEST_REFUSED",
                "The storage service refuses the request."
            ),
            _ => Strange(),
        };

    /// <summary>Translates what a request or a stream threw; null lets it pass.</summary>
    public static ConnectorException? Translate(Exception exception) =>
        exception switch
        {
            ConnectorException or OperationCanceledException => null,
            TokenResponseException { Error.Error: "invalid_grant" or "invalid_client" or "unauthorized_client" } =>
                new ConnectorException(
                    ErrorKind.Unauthenticated,
                    "INVALID_CREDENTIALS",
                    "The token service refuses the service account.",
                    innerException: exception
                ),
            TokenResponseException { StatusCode: >= System.Net.HttpStatusCode.InternalServerError } =>
                new ConnectorException(
                    ErrorKind.Unavailable,
                    "PROVIDER_FAILING",
                    "The token service is failing.",
                    innerException: exception
                ),
            _ => Own(exception) ?? NetworkFault.Find(exception)?.ToException(exception) ?? Strange(exception),
        };

    private static ConnectorException? Own(Exception exception)
    {
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is ConnectorException own)
            {
                return own;
            }
        }

        return null;
    }
}
