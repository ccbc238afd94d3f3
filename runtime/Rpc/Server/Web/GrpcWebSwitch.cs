namespace Yyc3.Connectors.Rpc.Server.Web;

/// <summary>Whether gRPC-Web is answered.</summary>
internal sealed class GrpcWebSwitch
{
    public bool IsOn { get; set; }
}
