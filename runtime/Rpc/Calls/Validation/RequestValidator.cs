using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Calls.Validation;

/// <summary>Refuses requests that break the field rules of their messages, alike on every transport.</summary>
/// <remarks>The first message of a client stream is left to the service, which alone knows what may follow it.</remarks>
public sealed class RequestValidator : Interceptor
{
    private readonly MessageChecks _rules = new();

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    )
    {
        ArgumentNullException.ThrowIfNull(continuation);
        Check(request, context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation
    )
    {
        ArgumentNullException.ThrowIfNull(continuation);
        Check(request, context);
        return continuation(request, responseStream, context);
    }

    /// <summary>The first broken rule as an exception; for the messages of a client stream.</summary>
    public void Check(object request, ServerCallContext context)
    {
        if (request is IMessage message && _rules.Of(message.Descriptor).Check(message, "") is { } violation)
        {
            throw RichStatus
                .Create(RpcErrors.InvalidRequest, ErrorLanguages.Of(context))
                .About(violation.Field, violation.Reason)
                .ToException();
        }
    }
}
