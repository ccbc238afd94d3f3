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
    public override Task InvokeAsync(ServerCall call) =>
        pipeline(
            new IncomingMessages<TRequest>(call, method.RequestMarshaller),
            new OutgoingMessages<TResponse>(call, method.ResponseMarshaller),
            call
        );
}
