using System.Net;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsS3.Faults;

/// <summary>S3's error codes and statuses, and what each means to a caller.</summary>
internal static class ErrorCodes
{
    private static readonly ErrorMeaning ObjectMissing = new(
        ErrorKind.NotFound,
        "OBJECT_NOT_FOUND",
        "There is no object with this key."
    );

    private static readonly ErrorMeaning VersionMissing = new(
        ErrorKind.NotFound,
        "VERSION_NOT_FOUND",
        "The object has no such version."
    );

    private static readonly ErrorMeaning Denied = new(
        ErrorKind.PermissionDenied,
        "ACCESS_DENIED",
        "The credentials may not do this in the bucket."
    );

    private static readonly ErrorMeaning BadCredentials = new(
        ErrorKind.Unauthenticated,
        "INVALID_CREDENTIALS",
        "The store does not accept the access key."
    );

    private static readonly ErrorMeaning Expired = new(
        ErrorKind.Unauthenticated,
        "CREDENTIALS_EXPIRED",
        "The session token has expired or is not valid."
    );

    private static readonly ErrorMeaning Conflict = new(
        ErrorKind.Conflict,
        "CONCURRENT_CHANGE",
        "A concurrent change of the same object won."
    );

    private static readonly ErrorMeaning Throttled = new(
        ErrorKind.Throttled,
        "THROTTLED",
        "The store asks to slow down."
    );

    private static readonly ErrorMeaning Failing = new(
        ErrorKind.Unavailable,
        "PROVIDER_FAILED",
        "The store reports a failure of its own."
    );

    private static readonly ErrorMeaning TooLarge = new(
        ErrorKind.InvalidArgument,
        "OBJECT_TOO_LARGE",
        "is larger than the store takes",
        "file"
    );

    private static readonly ErrorMeaning WrongRegion = new(
        ErrorKind.PreconditionFailed,
        "WRONG_REGION",
        "The bucket lies in another region than the one configured.",
        "config.region"
    );

    private static readonly ErrorMeaning Corrupted = new(
        ErrorKind.Unavailable,
        "CHECKSUM_MISMATCH",
        "The content was damaged on its way to the store."
    );

    private static readonly ErrorMeaning NotSupported = new(
        ErrorKind.PreconditionFailed,
        AwsS3Errors.NotSupported,
        "The store does not support the request, or not the way its content is signed; see checksums and chunkedEncoding."
    );

    private static readonly ErrorMeaning KeyUnusable = new(
        ErrorKind.PreconditionFailed,
        "ENCRYPTION_KEY_UNUSABLE",
        "The encryption key is missing, disabled or may not be used."
    );

    private static readonly ErrorMeaning Full = new(
        ErrorKind.QuotaExceeded,
        "STORAGE_FULL",
        "The quota of the store is used up."
    );

    private static readonly ErrorMeaning OutsideObject = new(
        ErrorKind.OutOfRange,
        "RANGE_NOT_SATISFIABLE",
        "The range lies outside the object.",
        "range"
    );

    private static readonly ErrorMeaning ConditionFailed = new(
        ErrorKind.PreconditionFailed,
        AwsS3Errors.ConditionFailed,
        "The object is not in the state that was asked for."
    );

    private static readonly Dictionary<string, ErrorMeaning> Known = new(StringComparer.Ordinal)
    {
        ["NoSuchVersion"] = VersionMissing,
        ["NoSuchBucket"] = new(ErrorKind.NotFound, "BUCKET_NOT_FOUND", "There is no such bucket.", "config.bucket"),
        ["InvalidBucketName"] = new(
            ErrorKind.InvalidArgument,
            "INVALID_ARGUMENT",
            "is not the name of a bucket",
            "config.bucket"
        ),
        ["NoSuchUpload"] = new(
            ErrorKind.Conflict,
            AwsS3Errors.UploadEnded,
            "The upload was ended at the store by somebody else."
        ),
        ["AccessDenied"] = Denied,
        ["AllAccessDisabled"] = Denied,
        ["AccountProblem"] = Denied,
        ["InvalidObjectState"] = new(
            ErrorKind.PreconditionFailed,
            "OBJECT_ARCHIVED",
            "The object is archived and must be restored at the store first."
        ),
        ["SignatureDoesNotMatch"] = BadCredentials,
        ["InvalidAccessKeyId"] = BadCredentials,
        ["InvalidSecurity"] = BadCredentials,
        ["MissingSecurityHeader"] = BadCredentials,
        ["NotSignedUp"] = BadCredentials,
        ["ExpiredToken"] = Expired,
        ["InvalidToken"] = Expired,
        ["TokenRefreshRequired"] = Expired,
        ["RequestTimeTooSkewed"] = new(
            ErrorKind.PreconditionFailed,
            "CLOCK_SKEWED",
            "The clocks of this machine and of the store differ too much for a signature."
        ),
        ["PreconditionFailed"] = ConditionFailed,
        ["ConditionalRequestConflict"] = Conflict,
        ["OperationAborted"] = Conflict,
        ["ConcurrentModification"] = Conflict,
        ["SlowDown"] = Throttled,
        ["ServiceUnavailable"] = Throttled,
        ["Throttling"] = Throttled,
        ["ThrottlingException"] = Throttled,
        ["RequestLimitExceeded"] = Throttled,
        ["TooManyRequests"] = Throttled,
        ["KMS.ThrottlingException"] = Throttled,
        ["InternalError"] = Failing,
        ["RequestTimeout"] = new(ErrorKind.Timeout, "TIMEOUT", "The store waited too long for the content."),
        ["EntityTooLarge"] = TooLarge,
        ["MaxMessageLengthExceeded"] = TooLarge,
        ["MetadataTooLarge"] = new(
            ErrorKind.InvalidArgument,
            "INVALID_ARGUMENT",
            "is larger than the store takes",
            "metadata"
        ),
        ["KeyTooLongError"] = new(
            ErrorKind.InvalidArgument,
            "INVALID_ARGUMENT",
            "is longer than the store takes",
            "path"
        ),
        ["PermanentRedirect"] = WrongRegion,
        ["TemporaryRedirect"] = WrongRegion,
        ["Redirect"] = WrongRegion,
        ["AuthorizationHeaderMalformed"] = WrongRegion,
        ["IllegalLocationConstraintException"] = WrongRegion,
        ["BadDigest"] = Corrupted,
        ["InvalidDigest"] = Corrupted,
        ["XAmzContentChecksumMismatch"] = Corrupted,
        // Stores that take no signed chunks hash the framing together with the content and answer this.
        ["XAmzContentSHA256Mismatch"] = NotSupported,
        ["NotImplemented"] = NotSupported,
        ["KMS.DisabledException"] = KeyUnusable,
        ["KMS.NotFoundException"] = KeyUnusable,
        ["KMS.InvalidStateException"] = KeyUnusable,
        ["KMS.InvalidKeyUsageException"] = KeyUnusable,
        ["QuotaExceeded"] = Full,
        ["InvalidRange"] = OutsideObject,
    };

    /// <summary>The meaning of a code.</summary>
    /// <returns>Null when only the status can tell.</returns>
    public static ErrorMeaning? Find(string? code, bool isVersion) =>
        code switch
        {
            null or "" => null,
            "NoSuchKey" or "NotFound" => isVersion ? VersionMissing : ObjectMissing,
            // An id that is none is an invalid argument to S3, and a mark of deletion is nothing that can be read.
            "InvalidArgument" or "MethodNotAllowed" when isVersion => VersionMissing,
            _ => Known.GetValueOrDefault(code),
        };

    /// <summary>The meaning of a status.</summary>
    public static ErrorMeaning Of(HttpStatusCode status, bool isVersion) =>
        (int)status switch
        {
            400 or 405 when isVersion => VersionMissing,
            401 => BadCredentials,
            403 => Denied,
            404 => isVersion ? VersionMissing : ObjectMissing,
            409 => Conflict,
            412 => ConditionFailed,
            413 => TooLarge,
            416 => OutsideObject,
            429 or 503 => Throttled,
            501 => NotSupported,
            507 => Full,
            >= 300 and < 400 => WrongRegion,
            >= 400 and < 500 => new ErrorMeaning(
                ErrorKind.PreconditionFailed,
                "REQUEST_REFUSED",
                "The store refuses the request."
            ),
            _ => Failing,
        };
}
