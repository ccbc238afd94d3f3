using Grpc.AspNetCore.Web;
using Microsoft.Extensions.DependencyInjection;
using Yyc3.Connectors.Rpc.Server.Web;

namespace Microsoft.AspNetCore.Builder;

public static class GrpcWebApplicationBuilderExtensions
{
    public static IApplicationBuilder UseGrpcWeb(this IApplicationBuilder builder, GrpcWebOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        builder.ApplicationServices.GetRequiredService<GrpcWebSwitch>().IsOn = options.DefaultEnabled;
        return builder;
    }
}
