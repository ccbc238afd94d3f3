using System.Text.RegularExpressions;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Faults;

/// <summary>Turns a connector's failure into one of ours: the kind decides the status, the code is kept.</summary>
internal sealed partial class ConnectorFaults
{
    /// <summary>Codes learned from connectors; a plugin that invents codes without end gets its kind's code instead.</summary>
    private const int MostLearned = 500;

    private static readonly Dictionary<ErrorKind, ErrorDefinition> Kinds = new()
    {
        [ErrorKind.Internal] = Fault.ConnectorFailed,
        [ErrorKind.InvalidArgument] = RpcErrors.InvalidRequest,
        [ErrorKind.Unauthenticated] = new(
            "PROVIDER_REFUSED_CREDENTIALS",
            StatusCode.FailedPrecondition,
            400,
            "The provider refused the credentials.",
            "服务提供商拒绝了凭证"
        ),
        [ErrorKind.PermissionDenied] = new(
            "PROVIDER_PERMISSION_DENIED",
            StatusCode.PermissionDenied,
            403,
            "The integration's credentials may not do this.",
            "集成的凭证无权执行此操作"
        ),
        [ErrorKind.NotFound] = RpcErrors.NotFound,
        [ErrorKind.AlreadyExists] = RpcErrors.AlreadyExists,
        [ErrorKind.PreconditionFailed] = new(
            "PRECONDITION_FAILED",
            StatusCode.FailedPrecondition,
            412,
            "A condition of the call does not hold.",
            "调用的前提条件不满足"
        ),
        [ErrorKind.OutOfRange] = RpcErrors.RangeNotSatisfiable,
        [ErrorKind.Throttled] = new(
            "PROVIDER_THROTTLED",
            StatusCode.ResourceExhausted,
            429,
            "The provider asks to slow down.",
            "服务提供商要求降低请求频率"
        ),
        [ErrorKind.QuotaExceeded] = new(
            "QUOTA_EXCEEDED",
            StatusCode.ResourceExhausted,
            507,
            "The provider has no room left.",
            "服务提供商的配额或空间已用尽"
        ),
        [ErrorKind.Unavailable] = Fault.ConnectorUnavailable,
        [ErrorKind.Timeout] = Fault.AttemptTimeout,
        [ErrorKind.Conflict] = RpcErrors.Aborted,
        [ErrorKind.MalformedAnswer] = new(
            "UPSTREAM_MALFORMED",
            StatusCode.Internal,
            502,
            "The provider's answer cannot be understood.",
            "无法理解服务提供商的响应"
        ),
    };

    private readonly ErrorCatalog _catalog;
    private int _learned;

    public ConnectorFaults(ErrorCatalog catalog)
    {
        _catalog = catalog;
        foreach (var kind in Kinds.Values.Except(Fault.All))
        {
            // REST looks the HTTP status up by code.
            catalog.GetOrAdd(kind);
        }
    }

    public FaultException Translate(ConnectorException exception)
    {
        var kind = Kinds.GetValueOrDefault(exception.Kind, Fault.ConnectorFailed);
        return new FaultException(Definition(exception.Code, kind), exception)
        {
            Field = exception.Field,
            Reason = exception.Message,
            Retryable = IsRetryable(exception.Kind) ? true : null,
            RetryAfter = exception.RetryAfter,
            Details = exception.Details,
        };
    }

    public static bool IsRetryable(ErrorKind kind) =>
        kind is ErrorKind.Throttled or ErrorKind.Unavailable or ErrorKind.Timeout or ErrorKind.Conflict;

    private ErrorDefinition Definition(string code, ErrorDefinition kind)
    {
        if (string.Equals(code, "INVALID_ARGUMENT", StringComparison.Ordinal) || !CodeShape().IsMatch(code))
        {
            return kind;
        }

        var known = _catalog.Find(code);
        if (known is null && Volatile.Read(ref _learned) < MostLearned)
        {
            Interlocked.Increment(ref _learned);
            known = _catalog.GetOrAdd(kind with { Code = code });
        }

        // One code has one status; a connector that uses it for another kind of failure is told by its kind alone.
        return known is not null && known.Status == kind.Status && known.HttpStatus == kind.HttpStatus ? known : kind;
    }

    [GeneratedRegex(@"^[A-Z][A-Z0-9_]{1,63}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeShape();
}
