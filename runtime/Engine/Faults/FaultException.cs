using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Runtime.Faults;

/// <summary>A failure with a registered reason; the one place where it becomes a status is <see cref="FaultInterceptor"/>.</summary>
internal sealed class FaultException(ErrorDefinition definition, Exception? innerException = null)
    : Exception(definition.English, innerException)
{
    public ErrorDefinition Definition { get; } = definition;

    public string? Field { get; init; }

    public string? Reason { get; init; }

    public bool? Retryable { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public IReadOnlyDictionary<string, string>? Details { get; init; }

    /// <summary>Says the same as a status, in the caller's language.</summary>
    public RpcException ToRpcException(ErrorLanguage language)
    {
        var status = RichStatus.Create(Definition, language) with
        {
            Field = Field,
            Reason = Reason,
            Retryable = Retryable,
            RetryDelay = RetryAfter,
        };
        return (Details is null ? status : status with { Details = Details }).ToException(InnerException);
    }
}
