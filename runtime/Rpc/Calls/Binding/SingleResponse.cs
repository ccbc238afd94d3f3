using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>The one message that answers a unary or client-streaming call.</summary>
internal static class SingleResponse
{
    public static void Send(ServerCall call, object? response, MessageFormat format)
    {
        if (call.Status.StatusCode != StatusCode.OK || call.IsDeadlinePassed)
        {
            return;
        }
        if (response is null)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        }
        call.Send(response, format, call.WriteOptions?.Flags ?? default);
    }
}
