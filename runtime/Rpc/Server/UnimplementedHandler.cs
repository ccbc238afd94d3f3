using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Calls.Binding;

namespace Yyc3.Connectors.Rpc.Server;

/// <summary>Answers calls to services and methods that do not exist.</summary>
internal sealed class UnimplementedHandler(RpcOptions options)
    : MethodHandler(new RpcMethodMetadata(UnknownMethod.Instance, null, typeof(UnknownMethod)), options)
{
    public override Task InvokeAsync(ServerCall call) =>
        throw new RpcException(
            new Status(StatusCode.Unimplemented, $"The method {call.HttpContext.Request.Path.Value} does not exist.")
        );
}
