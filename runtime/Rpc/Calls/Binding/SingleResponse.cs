using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>The one message that answers a unary or client-streaming call.</summary>
internal static class SingleResponse
{
    public static void Send<T>(ServerCall call, T? response, Marshaller<T> marshaller)
        where T : class
    {
        if (call.Status.StatusCode != StatusCode.OK || call.IsDeadlinePassed)
        {
            return;
        }
        if (response is null)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        }
        call.Send(response, marshaller, call.WriteOptions?.Flags ?? default);
    }
}
