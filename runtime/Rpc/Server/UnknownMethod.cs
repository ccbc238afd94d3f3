using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Server;

/// <summary>Stands for a path that is no method. One name for all, or clients could invent metric series.</summary>
internal sealed class UnknownMethod : IMethod
{
    public static readonly UnknownMethod Instance = new();

    public MethodType Type => MethodType.Unary;

    public string ServiceName => "_OTHER";

    public string Name => "_OTHER";

    public string FullName => "/_OTHER/_OTHER";
}
