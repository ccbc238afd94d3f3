using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Errors;

/// <summary>The failures that every transport knows: one per gRPC status, and those of HTTP itself.</summary>
public static class RpcErrors
{
    public static readonly ErrorDefinition Cancelled = new(
        "CANCELLED",
        StatusCode.Cancelled,
        499,
        "The call was cancelled.",
        "调用已取消。"
    );

    public static readonly ErrorDefinition Unknown = new(
        "UNKNOWN",
        StatusCode.Unknown,
        500,
        "The call failed for an unknown reason.",
        "调用因未知原因失败。"
    );

    public static readonly ErrorDefinition InvalidArgument = new(
        "INVALID_ARGUMENT",
        StatusCode.InvalidArgument,
        400,
        "An argument is not valid.",
        "参数无效。"
    );

    public static readonly ErrorDefinition DeadlineExceeded = new(
        "DEADLINE_EXCEEDED",
        StatusCode.DeadlineExceeded,
        504,
        "The call did not finish before its deadline.",
        "调用未能在截止时间前完成。"
    );

    public static readonly ErrorDefinition NotFound = new(
        "NOT_FOUND",
        StatusCode.NotFound,
        404,
        "The resource does not exist.",
        "资源不存在。"
    );

    public static readonly ErrorDefinition AlreadyExists = new(
        "ALREADY_EXISTS",
        StatusCode.AlreadyExists,
        409,
        "The resource exists already.",
        "资源已存在。"
    );

    public static readonly ErrorDefinition PermissionDenied = new(
        "PERMISSION_DENIED",
        StatusCode.PermissionDenied,
        403,
        "The caller may not do this.",
        "没有执行此操作的权限。"
    );

    public static readonly ErrorDefinition ResourceExhausted = new(
        "RESOURCE_EXHAUSTED",
        StatusCode.ResourceExhausted,
        429,
        "A limit or quota is used up.",
        "配额或限制已用尽。"
    );

    public static readonly ErrorDefinition FailedPrecondition = new(
        "FAILED_PRECONDITION",
        StatusCode.FailedPrecondition,
        400,
        "The state does not allow this.",
        "当前状态不允许此操作。"
    );

    public static readonly ErrorDefinition Aborted = new(
        "ABORTED",
        StatusCode.Aborted,
        409,
        "The call lost against a concurrent one.",
        "调用与并发操作冲突，已中止。"
    );

    public static readonly ErrorDefinition OutOfRange = new(
        "OUT_OF_RANGE",
        StatusCode.OutOfRange,
        400,
        "A value is out of range.",
        "值超出范围。"
    );

    public static readonly ErrorDefinition Unimplemented = new(
        "UNIMPLEMENTED",
        StatusCode.Unimplemented,
        501,
        "This is not implemented.",
        "此功能未实现。"
    );

    public static readonly ErrorDefinition Internal = new(
        "INTERNAL",
        StatusCode.Internal,
        500,
        "The server failed to handle the request.",
        "服务器处理请求失败。"
    );

    public static readonly ErrorDefinition Unavailable = new(
        "UNAVAILABLE",
        StatusCode.Unavailable,
        503,
        "The service is not available now.",
        "服务暂不可用。"
    );

    public static readonly ErrorDefinition DataLoss = new(
        "DATA_LOSS",
        StatusCode.DataLoss,
        500,
        "Data was lost or damaged.",
        "数据丢失或损坏。"
    );

    public static readonly ErrorDefinition Unauthenticated = new(
        "UNAUTHENTICATED",
        StatusCode.Unauthenticated,
        401,
        "The caller's credentials are missing or not valid.",
        "凭据缺失或无效。"
    );

    public static readonly ErrorDefinition InvalidRequest = new(
        "INVALID_REQUEST",
        StatusCode.InvalidArgument,
        400,
        "The request is not valid.",
        "请求无效。"
    );

    public static readonly ErrorDefinition MalformedJson = new(
        "MALFORMED_JSON",
        StatusCode.InvalidArgument,
        400,
        "The body is not valid JSON.",
        "请求体不是有效的 JSON。"
    );

    public static readonly ErrorDefinition MalformedMultipart = new(
        "MALFORMED_MULTIPART",
        StatusCode.InvalidArgument,
        400,
        "The body is not a valid multipart form.",
        "请求体不是有效的 multipart 表单。"
    );

    public static readonly ErrorDefinition RouteNotFound = new(
        "ROUTE_NOT_FOUND",
        StatusCode.Unimplemented,
        404,
        "There is nothing at this path.",
        "此路径不存在。"
    );

    public static readonly ErrorDefinition MethodNotAllowed = new(
        "METHOD_NOT_ALLOWED",
        StatusCode.Unimplemented,
        405,
        "This path does not take this HTTP method.",
        "此路径不支持该 HTTP 方法。"
    );

    public static readonly ErrorDefinition NotAcceptable = new(
        "NOT_ACCEPTABLE",
        StatusCode.InvalidArgument,
        406,
        "The answer cannot be given in an accepted format.",
        "无法以可接受的格式返回结果。"
    );

    public static readonly ErrorDefinition PayloadTooLarge = new(
        "PAYLOAD_TOO_LARGE",
        StatusCode.ResourceExhausted,
        413,
        "The request is too large.",
        "请求体过大。"
    );

    public static readonly ErrorDefinition UnsupportedMediaType = new(
        "UNSUPPORTED_MEDIA_TYPE",
        StatusCode.InvalidArgument,
        415,
        "The content type is not supported.",
        "不支持的内容类型。"
    );

    public static readonly ErrorDefinition RangeNotSatisfiable = new(
        "RANGE_NOT_SATISFIABLE",
        StatusCode.OutOfRange,
        416,
        "The range lies outside the content.",
        "请求的范围超出内容。"
    );

    public static readonly ErrorDefinition RateLimited = new(
        "RATE_LIMITED",
        StatusCode.ResourceExhausted,
        429,
        "Too many requests.",
        "请求过于频繁。"
    );

    internal static readonly ErrorDefinition[] PerStatus =
    [
        Cancelled,
        Unknown,
        InvalidArgument,
        DeadlineExceeded,
        NotFound,
        AlreadyExists,
        PermissionDenied,
        ResourceExhausted,
        FailedPrecondition,
        Aborted,
        OutOfRange,
        Unimplemented,
        Internal,
        Unavailable,
        DataLoss,
        Unauthenticated,
    ];

    internal static readonly ErrorDefinition[] OfTransports =
    [
        InvalidRequest,
        MalformedJson,
        MalformedMultipart,
        RouteNotFound,
        MethodNotAllowed,
        NotAcceptable,
        PayloadTooLarge,
        UnsupportedMediaType,
        RangeNotSatisfiable,
        RateLimited,
    ];
}
