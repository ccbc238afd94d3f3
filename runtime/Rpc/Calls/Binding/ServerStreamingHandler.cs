using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

internal sealed class ServerStreamingHandler<TRequest, TResponse>(
    RpcMethodMetadata metadata,
    RpcOptions options,
    Method<TRequest, TResponse> method,
    ServerStreamingServerMethod<TRequest, TResponse> pipeline
) : MethodHandler(metadata, options)
    where TRequest : class
    where TResponse : class
{
    public override async Task InvokeAsync(ServerCall call)
    {
        var request = await call.ReceiveSingleAsync(method.RequestMarshaller, call.ReadToken);
        await pipeline(request, new OutgoingMessages<TResponse>(call, method.ResponseMarshaller), call);
    }
}
