using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

internal sealed class UnaryHandler<TRequest, TResponse>(
    RpcMethodMetadata metadata,
    RpcOptions options,
    Method<TRequest, TResponse> method,
    UnaryServerMethod<TRequest, TResponse> pipeline
) : MethodHandler(metadata, options)
    where TRequest : class
    where TResponse : class
{
    private readonly MessageFormat _requests = MessageFormat.Of(method.RequestMarshaller);
    private readonly MessageFormat _responses = MessageFormat.Of(method.ResponseMarshaller);

    public override async Task InvokeAsync(ServerCall call)
    {
        var request = (TRequest)await call.ReceiveSingleAsync(_requests, call.ReadToken);
        SingleResponse.Send(call, await pipeline(request, call), _responses);
    }
}
