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
    private readonly MessageFormat _requests = MessageFormat.Of(method.RequestMarshaller);
    private readonly MessageFormat _responses = MessageFormat.Of(method.ResponseMarshaller);

    public override async Task InvokeAsync(ServerCall call)
    {
        var requests = new IncomingMessages<TRequest>(call, _requests);
        SingleResponse.Send(call, await pipeline(requests, call), _responses);
    }
}
