using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

internal sealed class ClientStreamingHandler<TRequest, TResponse>(
    RpcMethodMetadata metadata,
    RpcOptions options,
    Method<TRequest, TResponse> method,
    ClientStreamingServerMethod<TRequest, TResponse> pipeline
) : MethodHandler(metadata, options)
    where TRequest : class
    where TResponse : class
{
    public override async Task InvokeAsync(ServerCall call)
    {
        var requests = new IncomingMessages<TRequest>(call, method.RequestMarshaller);
        SingleResponse.Send(call, await pipeline(requests, call), method.ResponseMarshaller);
    }
}
