using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsS3.Faults;

/// <summary>The errors callers see, and the one place where S3's become them. Only codes and statuses count, never texts.</summary>
internal static class AwsS3Errors
{
    /// <summary>Code of a failed condition, before somebody who knows the condition has named it.</summary>
    public const string ConditionFailed = "CONDITION_FAILED";

    /// <summary>Code of a request that the store does not know.</summary>
    public const string NotSupported = "NOT_SUPPORTED_BY_STORE";

    /// <summary>Code of an upload in parts that is no longer there.</summary>
    public const string UploadEnded = "UPLOAD_ENDED";

    public static ConnectorException ObjectExists(Exception? cause = null) =>
        new(
            ErrorKind.PreconditionFailed,
            "OBJECT_EXISTS",
            "There is an object with this key already.",
            innerException: cause
        );

    public static ConnectorException ObjectChanging(Exception? cause = null) =>
        new(
            ErrorKind.Conflict,
            "OBJECT_CHANGING",
            "The object was replaced or removed meanwhile.",
            innerException: cause
        );

    public static ConnectorException Damaged(Exception? cause = null) =>
        new(
            ErrorKind.MalformedAnswer,
            "OBJECT_DAMAGED",
            "What arrived is not what was stored: the checksum differs.",
            innerException: cause
        );

    public static ConnectorException EncryptionNotConfirmed() =>
        new(
            ErrorKind.PreconditionFailed,
            "ENCRYPTION_NOT_CONFIRMED",
            "The store does not confirm the encryption that was asked for, so the object is not stored."
        )
        {
            Field = "options.encryptionAlgorithm",
        };

    public static ConnectorException CreateOnlyNeedsLength() =>
        new(
            ErrorKind.PreconditionFailed,
            "CREATE_ONLY_NEEDS_LENGTH",
            "The store checks for an existing object in single requests only; those need the length, at most 5 GiB, before."
        );

    public static ConnectorException RangeIgnored() =>
        new(
            ErrorKind.MalformedAnswer,
            "RANGE_IGNORED",
            "The store sent another part of the object than was asked for."
        );

    public static ConnectorException TooLarge(string limit) =>
        new(ErrorKind.InvalidArgument, "OBJECT_TOO_LARGE", $"must not be larger than {limit}") { Field = "file" };

    /// <summary>Turns whatever the SDK throws into what callers may see.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="versionId">The version that was asked for, if one was.</param>
    public static ConnectorException Translate(Exception error, string? versionId)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            // Thrown while dialling: the operator's policy forbids the address.
            if (inner is ConnectorException known)
            {
                return known;
            }
        }

        return error switch
        {
            AmazonUnmarshallingException { StatusCode: < HttpStatusCode.MultipleChoices } => Unusable(error),
            AmazonServiceException service => Of(
                service.StatusCode,
                service.ErrorCode,
                versionId,
                RetryAfter(service),
                error
            ),
            _ when NetworkFault.Find(error) is { } fault => fault.ToException(error),
            AmazonClientException => Unusable(error),
            _ => new ConnectorException(
                ErrorKind.Internal,
                "S3_CLIENT_FAILED",
                "The request to the store could not be made.",
                innerException: error
            ),
        };
    }

    /// <summary>Turns what reading an object's content throws into what callers may see.</summary>
    public static ConnectorException TranslateReading(Exception error) =>
        // The SDK's own reason to break off is a checksum that differs.
        error is AmazonClientException
            ? Damaged(error)
            : Translate(error, versionId: null);

    /// <summary>What a refusal means.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">S3's code; answers to HEAD carry none and the SDK names them after the status.</param>
    /// <param name="versionId">The version that was asked for, if one was.</param>
    /// <param name="retryAfter">How long the store asks to wait.</param>
    /// <param name="cause">For the log.</param>
    public static ConnectorException Of(
        HttpStatusCode status,
        string? code,
        string? versionId = null,
        TimeSpan? retryAfter = null,
        Exception? cause = null
    )
    {
        var isVersion = versionId is not null;
        var (kind, reason, message, field) = ErrorCodes.Find(code, isVersion) ?? ErrorCodes.Of(status, isVersion);
        return new ConnectorException(kind, reason, message, retryAfter, cause) { Field = field };
    }

    private static ConnectorException Unusable(Exception cause) =>
        new(
            ErrorKind.MalformedAnswer,
            "ANSWER_UNUSABLE",
            "The answer of the store cannot be understood.",
            innerException: cause
        );

    private static TimeSpan? RetryAfter(AmazonServiceException error) =>
        error.InnerException is HttpErrorResponseException { Response: { } response }
        && response.IsHeaderPresent("Retry-After")
        && int.TryParse(
            response.GetHeaderValue("Retry-After"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var seconds
        )
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
