using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Calls.Binding;
using Yyc3.Connectors.Rpc.Server.Web;

namespace Yyc3.Connectors.Rpc.Server;

/// <summary>Takes the requests of one method in whichever gRPC format they come.</summary>
internal sealed class GrpcEndpoint(
    MethodHandler handler,
    GrpcServiceOptions options,
    GrpcWebSwitch web,
    CallRunner runner
)
{
    public Task HandleAsync(HttpContext http)
    {
        var format = GrpcContentType.Parse(http.Request.ContentType);
        if (format == GrpcFormat.Grpc && !HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            return runner.RunAsync(new GrpcCall(http, handler, options));
        }
        if (format == GrpcFormat.Web && web.IsOn)
        {
            return runner.RunAsync(GrpcWebCall.Binary(http, handler, options));
        }
        if (format == GrpcFormat.WebText && web.IsOn)
        {
            return runner.RunAsync(GrpcWebCall.Text(http, handler, options));
        }
        http.Response.StatusCode =
            format == GrpcFormat.Grpc
                ? StatusCodes.Status426UpgradeRequired
                : StatusCodes.Status415UnsupportedMediaType;
        return Task.CompletedTask;
    }
}
