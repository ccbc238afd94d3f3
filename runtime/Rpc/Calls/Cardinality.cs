using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls;

/// <summary>Not exactly one message where the method takes one: UNIMPLEMENTED by the gRPC status rules.</summary>
public static class Cardinality
{
    public static RpcException None() => new(new Status(StatusCode.Unimplemented, "The request holds no message."));

    public static RpcException Many() =>
        new(new Status(StatusCode.Unimplemented, "Additional data after the message received."));
}
