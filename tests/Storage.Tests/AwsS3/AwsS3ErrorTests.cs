using System.Net;
using Yyc3.Connectors.AwsS3.Faults;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>What S3's codes and statuses become.</summary>
public sealed class AwsS3ErrorTests
{
    [Theory]
    [InlineData(404, "NoSuchKey", ErrorKind.NotFound, "OBJECT_NOT_FOUND")]
    [InlineData(404, "NotFound", ErrorKind.NotFound, "OBJECT_NOT_FOUND")]
    [InlineData(404, "NoSuchVersion", ErrorKind.NotFound, "VERSION_NOT_FOUND")]
    [InlineData(404, "NoSuchBucket", ErrorKind.NotFound, "BUCKET_NOT_FOUND")]
    [InlineData(404, "NoSuchUpload", ErrorKind.Conflict, "UPLOAD_ENDED")]
    [InlineData(403, "AccessDenied", ErrorKind.PermissionDenied, "ACCESS_DENIED")]
    [InlineData(403, "InvalidObjectState", ErrorKind.PreconditionFailed, "OBJECT_ARCHIVED")]
    [InlineData(403, "SignatureDoesNotMatch", ErrorKind.Unauthenticated, "INVALID_CREDENTIALS")]
    [InlineData(403, "InvalidAccessKeyId", ErrorKind.Unauthenticated, "INVALID_CREDENTIALS")]
    [InlineData(400, "ExpiredToken", ErrorKind.Unauthenticated, "CREDENTIALS_EXPIRED")]
    [InlineData(400, "InvalidToken", ErrorKind.Unauthenticated, "CREDENTIALS_EXPIRED")]
    [InlineData(403, "RequestTimeTooSkewed", ErrorKind.PreconditionFailed, "CLOCK_SKEWED")]
    [InlineData(412, "PreconditionFailed", ErrorKind.PreconditionFailed, "CONDITION_FAILED")]
    [InlineData(409, "ConditionalRequestConflict", ErrorKind.Conflict, "CONCURRENT_CHANGE")]
    [InlineData(409, "OperationAborted", ErrorKind.Conflict, "CONCURRENT_CHANGE")]
    [InlineData(503, "SlowDown", ErrorKind.Throttled, "THROTTLED")]
    [InlineData(503, "ServiceUnavailable", ErrorKind.Throttled, "THROTTLED")]
    [InlineData(500, "InternalError", ErrorKind.Unavailable, "PROVIDER_FAILED")]
    [InlineData(200, "InternalError", ErrorKind.Unavailable, "PROVIDER_FAILED")]
    [InlineData(400, "RequestTimeout", ErrorKind.Timeout, "TIMEOUT")]
    [InlineData(400, "EntityTooLarge", ErrorKind.InvalidArgument, "OBJECT_TOO_LARGE")]
    [InlineData(400, "MetadataTooLarge", ErrorKind.InvalidArgument, "INVALID_ARGUMENT")]
    [InlineData(400, "KeyTooLongError", ErrorKind.InvalidArgument, "INVALID_ARGUMENT")]
    [InlineData(301, "PermanentRedirect", ErrorKind.PreconditionFailed, "WRONG_REGION")]
    [InlineData(400, "AuthorizationHeaderMalformed", ErrorKind.PreconditionFailed, "WRONG_REGION")]
    [InlineData(400, "BadDigest", ErrorKind.Unavailable, "CHECKSUM_MISMATCH")]
    [InlineData(400, "XAmzContentSHA256Mismatch", ErrorKind.PreconditionFailed, "NOT_SUPPORTED_BY_STORE")]
    [InlineData(501, "NotImplemented", ErrorKind.PreconditionFailed, "NOT_SUPPORTED_BY_STORE")]
    [InlineData(400, "KMS.DisabledException", ErrorKind.PreconditionFailed, "ENCRYPTION_KEY_UNUSABLE")]
    [InlineData(403, "QuotaExceeded", ErrorKind.QuotaExceeded, "STORAGE_FULL")]
    public void A_code_decides(int status, string code, ErrorKind kind, string reason) =>
        AssertError(AwsS3Errors.Of((HttpStatusCode)status, code), kind, reason);

    [Theory]
    [InlineData(301, ErrorKind.PreconditionFailed, "WRONG_REGION")]
    [InlineData(400, ErrorKind.PreconditionFailed, "REQUEST_REFUSED")]
    [InlineData(401, ErrorKind.Unauthenticated, "INVALID_CREDENTIALS")]
    [InlineData(403, ErrorKind.PermissionDenied, "ACCESS_DENIED")]
    [InlineData(404, ErrorKind.NotFound, "OBJECT_NOT_FOUND")]
    [InlineData(409, ErrorKind.Conflict, "CONCURRENT_CHANGE")]
    [InlineData(412, ErrorKind.PreconditionFailed, "CONDITION_FAILED")]
    [InlineData(413, ErrorKind.InvalidArgument, "OBJECT_TOO_LARGE")]
    [InlineData(416, ErrorKind.OutOfRange, "RANGE_NOT_SATISFIABLE")]
    [InlineData(429, ErrorKind.Throttled, "THROTTLED")]
    [InlineData(500, ErrorKind.Unavailable, "PROVIDER_FAILED")]
    [InlineData(502, ErrorKind.Unavailable, "PROVIDER_FAILED")]
    [InlineData(503, ErrorKind.Throttled, "THROTTLED")]
    [InlineData(507, ErrorKind.QuotaExceeded, "STORAGE_FULL")]
    public void Without_a_known_code_the_status_decides(int status, ErrorKind kind, string reason)
    {
        AssertError(AwsS3Errors.Of((HttpStatusCode)status, code: null), kind, reason);
        AssertError(AwsS3Errors.Of((HttpStatusCode)status, "NeverHeardOf"), kind, reason);
    }

    [Theory]
    [InlineData(404, "NoSuchKey")]
    [InlineData(404, "NotFound")]
    [InlineData(400, "InvalidArgument")]
    [InlineData(400, "BadRequest")]
    [InlineData(405, "MethodNotAllowed")]
    [InlineData(405, null)]
    public void A_version_that_cannot_be_read_is_not_found(int status, string? code) =>
        AssertError(
            AwsS3Errors.Of((HttpStatusCode)status, code, versionId: "v"),
            ErrorKind.NotFound,
            "VERSION_NOT_FOUND"
        );

    [Fact]
    public void What_nobody_foresaw_is_a_fault_of_the_connector() =>
        AssertError(
            AwsS3Errors.Translate(new InvalidOperationException("secret"), versionId: null),
            ErrorKind.Internal,
            "S3_CLIENT_FAILED"
        );

    [Fact]
    public void An_address_that_the_operator_forbids_stays_that()
    {
        var forbidden = new ConnectorException(ErrorKind.PreconditionFailed, "ADDRESS_NOT_ALLOWED", "Not allowed.");
        Assert.Same(forbidden, AwsS3Errors.Translate(new HttpRequestException("failed", forbidden), versionId: null));
    }

    private static void AssertError(ConnectorException error, ErrorKind kind, string reason)
    {
        Assert.Equal((kind, reason), (error.Kind, error.Code));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
