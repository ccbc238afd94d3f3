using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Runtime.Faults;

/// <summary>The registry of the runtime's own failures: reason, gRPC code, HTTP status and text, written once.</summary>
internal static class Fault
{
    public static readonly ErrorDefinition InvalidIntegrationConfig = new(
        "INVALID_INTEGRATION_CONFIG",
        StatusCode.InvalidArgument,
        400,
        "The integration's configuration is not valid.",
        "无效的集成配置"
    );

    public static readonly ErrorDefinition ConnectionFailed = new(
        "CONNECTION_FAILED",
        StatusCode.FailedPrecondition,
        400,
        "The connection failed.",
        "连接失败"
    );

    public static readonly ErrorDefinition IntegrationNotFound = new(
        "INTEGRATION_NOT_FOUND",
        StatusCode.NotFound,
        404,
        "The integration does not exist.",
        "集成不存在"
    );

    public static readonly ErrorDefinition IntegrationInactive = new(
        "INTEGRATION_INACTIVE",
        StatusCode.FailedPrecondition,
        409,
        "The integration is inactive.",
        "集成已停用"
    );

    public static readonly ErrorDefinition CapabilityMissing = new(
        "CAPABILITY_NOT_SUPPORTED",
        StatusCode.Unimplemented,
        400,
        "The integration's connector cannot do this.",
        "该集成的连接器不支持此操作"
    );

    public static readonly ErrorDefinition ActionNotFound = new(
        "ACTION_NOT_FOUND",
        StatusCode.NotFound,
        404,
        "The connector has no such action.",
        "连接器没有该操作"
    );

    public static readonly ErrorDefinition ConnectorNotFound = new(
        "CONNECTOR_NOT_FOUND",
        StatusCode.NotFound,
        404,
        "There is no such connector.",
        "连接器不存在"
    );

    public static readonly ErrorDefinition ConnectorUnavailable = new(
        "CONNECTOR_UNAVAILABLE",
        StatusCode.Unavailable,
        503,
        "The connector cannot be used now.",
        "连接器当前不可用"
    );

    public static readonly ErrorDefinition ConnectorFailed = new(
        "CONNECTOR_FAILED",
        StatusCode.Internal,
        500,
        "The connector failed unexpectedly.",
        "连接器发生意外错误"
    );

    public static readonly ErrorDefinition EtagMismatch = new(
        "ETAG_MISMATCH",
        StatusCode.FailedPrecondition,
        412,
        "The integration has changed since it was read.",
        "集成在读取后已被修改"
    );

    public static readonly ErrorDefinition IdempotencyConflict = new(
        "IDEMPOTENCY_KEY_REUSED",
        StatusCode.AlreadyExists,
        409,
        "The idempotency key was used with other parameters.",
        "幂等键已用于不同的参数"
    );

    public static readonly ErrorDefinition IdempotencyRunning = new(
        "IDEMPOTENCY_KEY_IN_USE",
        StatusCode.Aborted,
        409,
        "A call with this idempotency key is still running.",
        "使用该幂等键的调用仍在进行"
    );

    public static readonly ErrorDefinition TooBusy = new(
        "TOO_MANY_CALLS",
        StatusCode.ResourceExhausted,
        429,
        "Too many calls of this integration are waiting.",
        "该集成的等待调用过多"
    );

    public static readonly ErrorDefinition CircuitOpen = new(
        "PROVIDER_UNAVAILABLE",
        StatusCode.Unavailable,
        503,
        "The provider has failed repeatedly and is being left alone for a moment.",
        "服务提供商连续失败，暂时停止调用"
    );

    public static readonly ErrorDefinition AttemptTimeout = new(
        "PROVIDER_TIMEOUT",
        StatusCode.DeadlineExceeded,
        504,
        "The provider did not answer in time.",
        "服务提供商未在规定时间内响应"
    );

    public static readonly ErrorDefinition StateUnavailable = new(
        "STATE_UNAVAILABLE",
        StatusCode.Unavailable,
        503,
        "The runtime's store cannot be used now.",
        "运行时存储当前不可用"
    );

    public static readonly ErrorDefinition StateFull = new(
        "STATE_FULL",
        StatusCode.ResourceExhausted,
        507,
        "The runtime's disk is full.",
        "运行时磁盘已满"
    );

    public static readonly ErrorDefinition KeyNotFound = new(
        "API_KEY_NOT_FOUND",
        StatusCode.NotFound,
        404,
        "There is no such API key.",
        "API 密钥不存在"
    );

    public static readonly ErrorDefinition TenantExists = new(
        "TENANT_EXISTS",
        StatusCode.AlreadyExists,
        409,
        "The tenant exists already.",
        "租户已存在"
    );

    public static readonly ErrorDefinition ShuttingDown = new(
        "SHUTTING_DOWN",
        StatusCode.Unavailable,
        503,
        "The runtime is shutting down.",
        "运行时正在关闭"
    );

    public static readonly ErrorDefinition IntegrationChanged = new(
        "INTEGRATION_CHANGED",
        StatusCode.Unavailable,
        503,
        "The integration or its connector has changed; subscribe again.",
        "集成或其连接器已更改，请重新订阅"
    );

    public static readonly ErrorDefinition SyncNotFound = new(
        "SYNC_NOT_FOUND",
        StatusCode.NotFound,
        404,
        "The sync does not exist.",
        "同步任务不存在"
    );

    public static readonly ErrorDefinition ScheduleNotFound = new(
        "SCHEDULE_NOT_FOUND",
        StatusCode.NotFound,
        404,
        "The schedule does not exist.",
        "计划不存在"
    );

    public static readonly ErrorDefinition ConflictNotFound = new(
        "CONFLICT_NOT_FOUND",
        StatusCode.NotFound,
        404,
        "The conflict does not exist.",
        "冲突不存在"
    );

    public static readonly ErrorDefinition SyncRunning = new(
        "SYNC_RUNNING",
        StatusCode.FailedPrecondition,
        409,
        "A sync of the integration is running; wait for its end or cancel it.",
        "该集成的同步任务正在运行，请等待其结束或取消"
    );

    public static readonly ErrorDefinition RecordNotFound = new(
        "RECORD_NOT_FOUND",
        StatusCode.NotFound,
        404,
        "The record does not exist.",
        "记录不存在"
    );

    public static IEnumerable<ErrorDefinition> All { get; } =
    [
        InvalidIntegrationConfig,
        ConnectionFailed,
        IntegrationNotFound,
        IntegrationInactive,
        CapabilityMissing,
        ActionNotFound,
        ConnectorNotFound,
        ConnectorUnavailable,
        ConnectorFailed,
        EtagMismatch,
        IdempotencyConflict,
        IdempotencyRunning,
        TooBusy,
        CircuitOpen,
        AttemptTimeout,
        StateUnavailable,
        StateFull,
        KeyNotFound,
        TenantExists,
        ShuttingDown,
        IntegrationChanged,
        SyncNotFound,
        ScheduleNotFound,
        ConflictNotFound,
        SyncRunning,
        RecordNotFound,
    ];

    /// <summary>One wrong member of a request.</summary>
    public static FaultException Invalid(string field, string reason) =>
        new(RpcErrors.InvalidRequest) { Field = field, Reason = reason };

    /// <summary>One wrong member of an integration.</summary>
    public static FaultException InvalidConfig(string field, string reason) =>
        new(InvalidIntegrationConfig) { Field = field, Reason = reason };
}
