using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

internal sealed class DuplexStreamingHandler<TRequest, TResponse>(
    RpcMethodMetadata metadata,
    RpcOptions options,
    Method<TRequest, TResponse> method,
    DuplexStreamingServerMethod<TRequest, TResponse> pipeline
) : MethodHandler(metadata, options)
    where TRequest : class
    where TResponse : class
{
    private readonly MessageFormat _requests = MessageFormat.Of(method.RequestMarshaller);
    private readonly MessageFormat _responses = MessageFormat.Of(method.ResponseMarshaller);

    public override Task InvokeAsync(ServerCall call) =>
        pipeline(
            new IncomingMessages<TRequest>(call, _requests),
            new OutgoingMessages<TResponse>(call, _responses),
            call
        );
}
