namespace Yyc3.Connectors.Rpc.Server;

/// <summary>How gRPC messages travel.</summary>
internal enum GrpcFormat
{
    None,
    Grpc,
    Web,
    WebText,
}
