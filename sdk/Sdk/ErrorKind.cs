namespace Yyc3.Connectors.Sdk;

/// <summary>
/// The connector's coarse answer to "what went wrong"; it decides gRPC code, HTTP status and retry.
/// Set it from the provider's codes, never from its message text.
/// </summary>
public enum ErrorKind
{
    /// <summary>A fault of the connector itself. INTERNAL, 500, not retried.</summary>
    Internal = 0,

    /// <summary>The input is wrong; name it in <see cref="ConnectorException.Field"/>. INVALID_ARGUMENT, 400, not retried.</summary>
    InvalidArgument = 1,

    /// <summary>The provider refused the credentials. FAILED_PRECONDITION, 400, not retried.</summary>
    Unauthenticated = 2,

    /// <summary>The credentials may not do this. PERMISSION_DENIED, 403, not retried.</summary>
    PermissionDenied = 3,

    /// <summary>The thing asked for is not there. NOT_FOUND, 404, not retried.</summary>
    NotFound = 4,

    /// <summary>The thing is there already, or another kind of thing is. ALREADY_EXISTS, 409, not retried.</summary>
    AlreadyExists = 5,

    /// <summary>The state does not allow it: a failed condition, a fenced receipt. FAILED_PRECONDITION, 412, not retried.</summary>
    PreconditionFailed = 6,

    /// <summary>A range or position lies outside. OUT_OF_RANGE, 416, not retried.</summary>
    OutOfRange = 7,

    /// <summary>The provider asks to slow down. RESOURCE_EXHAUSTED, 429, retried after the time it names.</summary>
    Throttled = 8,

    /// <summary>A quota or the space is used up. RESOURCE_EXHAUSTED, 507, not retried.</summary>
    QuotaExceeded = 9,

    /// <summary>The provider cannot be reached or is failing. UNAVAILABLE, 503, retried.</summary>
    Unavailable = 10,

    /// <summary>The provider did not answer in time. DEADLINE_EXCEEDED, 504, retried when the call may be repeated.</summary>
    Timeout = 11,

    /// <summary>A concurrent change won: a lock or a serialization conflict. ABORTED, 409, retried when the call may be repeated.</summary>
    Conflict = 12,

    /// <summary>The provider's answer cannot be understood. INTERNAL, 502, not retried.</summary>
    MalformedAnswer = 13,
}
