namespace Grpc.AspNetCore.Web;

public class GrpcWebOptions
{
    /// <summary>All services answer gRPC-Web.</summary>
    public bool DefaultEnabled { get; set; }
}
