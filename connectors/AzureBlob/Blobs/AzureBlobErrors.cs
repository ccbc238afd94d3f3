using System.Globalization;
using Azure;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>Turns the service's error codes into the connector's.</summary>
internal static class AzureBlobErrors
{
    public static ConnectorException ObjectNotFound(Exception? cause = null) =>
        new(ErrorKind.NotFound, "OBJECT_NOT_FOUND", "There is no such object.", innerException: cause);

    public static ConnectorException VersionNotFound(Exception? cause = null) =>
        new(ErrorKind.NotFound, "VERSION_NOT_FOUND", "There is no such version.", innerException: cause);

    public static ConnectorException Changing(Exception cause) =>
        new(
            ErrorKind.Conflict,
            "OBJECT_CHANGING",
            "Another caller changed the object at the same time.",
            innerException: cause
        );

    /// <summary>Translates what an operation threw; cancellations and the connector's own errors stay as they are.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="versionId">The version that was asked for, which is what is missing then.</param>
    /// <returns>The error to throw, or null to let the exception pass.</returns>
    public static ConnectorException? Translate(Exception exception, string? versionId = null) =>
        exception switch
        {
            ConnectorException or OperationCanceledException => null,
            RequestFailedException { Status: > 0 } failure => Translate(failure, versionId),
            _ => Own(exception) ?? NetworkFault.Find(exception)?.ToException(exception) ?? Strange(exception),
        };

    private static ConnectorException Translate(RequestFailedException failure, string? versionId) =>
        failure.ErrorCode switch
        {
            "ContainerNotFound" or "ContainerBeingDeleted" or "ContainerDisabled" => new(
                ErrorKind.NotFound,
                "CONTAINER_NOT_FOUND",
                "The container does not exist.",
                innerException: failure
            ),
            "BlobNotFound" or "ResourceNotFound" or "CannotVerifyCopySource" when failure.Status == 404 => versionId
                is null
                ? ObjectNotFound(failure)
                : VersionNotFound(failure),
            "InvalidQueryParameterValue"
            or "OutOfRangeQueryParameterValue"
            or "InvalidVersionForBlob" when versionId is not null => VersionNotFound(failure),
            "BlobAlreadyExists" or "UnauthorizedBlobOverwrite" => new(
                ErrorKind.PreconditionFailed,
                "OBJECT_EXISTS",
                "There is an object with this key already.",
                innerException: failure
            ),
            "ConditionNotMet" or "TargetConditionNotMet" or "SourceConditionNotMet" or "InvalidBlockList" => Changing(
                failure
            ),
            "AuthenticationFailed"
            or "AuthorizationFailure"
            or "InvalidAuthenticationInfo"
            or "NoAuthenticationInformation" => new(
                ErrorKind.Unauthenticated,
                "INVALID_CREDENTIALS",
                "The storage account refuses the credentials, or requests from this network.",
                innerException: failure
            ),
            _ => ByState(failure) ?? ByStatus(failure, versionId),
        };

    /// <summary>What the object's state, its limits or the account's load do not allow.</summary>
    private static ConnectorException? ByState(RequestFailedException failure) =>
        failure.ErrorCode switch
        {
            "SnapshotsPresent" => new(
                ErrorKind.PreconditionFailed,
                "SNAPSHOTS_PRESENT",
                "The object has snapshots, which would be deleted with it; set 'snapshots' to let that happen.",
                innerException: failure
            ),
            "LeaseIdMissing" or "LeaseIdMismatchWithBlobOperation" or "LeaseLost" => new(
                ErrorKind.PreconditionFailed,
                "OBJECT_LEASED",
                "Another program holds a lease on the object.",
                innerException: failure
            ),
            "InvalidBlobType" => new(
                ErrorKind.PreconditionFailed,
                "WRONG_BLOB_TYPE",
                "Another program stored the object as a page or append blob, which cannot be used like this.",
                innerException: failure
            ),
            "BlobImmutableDueToPolicy" => new(
                ErrorKind.PermissionDenied,
                "OBJECT_IMMUTABLE",
                "A retention policy forbids changing the object.",
                innerException: failure
            ),
            "BlobArchived" or "BlobBeingRehydrated" => new(
                ErrorKind.PreconditionFailed,
                "OBJECT_ARCHIVED",
                "The object is archived and cannot be read before it is rehydrated.",
                innerException: failure
            ),
            "MetadataTooLarge" or "RequestHeaderFieldTooLarge" => ConnectorException.Invalid(
                "metadata",
                "is too large"
            ),
            "InvalidMetadata" or "EmptyMetadataKey" => ConnectorException.Invalid("metadata", "cannot be stored"),
            "RequestBodyTooLarge" or "BlockCountExceedsLimit" => ConnectorException.Invalid("file", "is too large"),
            "Md5Mismatch" or "Crc64Mismatch" => new(
                ErrorKind.Unavailable,
                "UPLOAD_DAMAGED",
                "The upload was damaged on its way.",
                innerException: failure
            ),
            "ServerBusy" or "OperationTimedOut" or "IngressExceedsAccountLimit" or "EgressExceedsAccountLimit" => new(
                ErrorKind.Throttled,
                "PROVIDER_BUSY",
                "The storage account asks to slow down.",
                RetryAfter(failure),
                failure
            ),
            _ => null,
        };

    private static ConnectorException ByStatus(RequestFailedException failure, string? versionId) =>
        failure.Status switch
        {
            401 => new(
                ErrorKind.Unauthenticated,
                "INVALID_CREDENTIALS",
                "The storage account refuses the credentials.",
                innerException: failure
            ),
            403 => new(
                ErrorKind.PermissionDenied,
                "ACCESS_DENIED",
                "The credentials may not do this.",
                innerException: failure
            ),
            // Answers without a body, such as to HEAD, carry no code.
            404 => versionId is null ? ObjectNotFound(failure) : VersionNotFound(failure),
            409 or 412 => Changing(failure),
            413 => ConnectorException.Invalid("file", "is too large"),
            416 => new(
                ErrorKind.OutOfRange,
                "RANGE_NOT_SATISFIABLE",
                "The range lies outside the object.",
                innerException: failure
            )
            {
                Field = "range",
            },
            429 => new(
                ErrorKind.Throttled,
                "PROVIDER_BUSY",
                "The storage account asks to slow down.",
                RetryAfter(failure),
                failure
            ),
            >= 500 => new(
                ErrorKind.Unavailable,
                "PROVIDER_FAILING",
                "The storage service is failing.",
                RetryAfter(failure),
                failure
            ),
            >= 400 => new(
                ErrorKind.PreconditionFailed,
                "REQUEST_REFUSED",
                "The storage service refuses the request.",
                innerException: failure
            ),
            _ => Strange(failure),
        };

    /// <summary>A connector's own error that travelled through the SDK, such as that of the caller's stream.</summary>
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

    private static ConnectorException Strange(Exception cause) =>
        new(
            ErrorKind.MalformedAnswer,
            "PROVIDER_ANSWER",
            "The storage service gave an answer that is not understood.",
            innerException: cause
        );

    private static TimeSpan? RetryAfter(RequestFailedException failure) =>
        failure.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
