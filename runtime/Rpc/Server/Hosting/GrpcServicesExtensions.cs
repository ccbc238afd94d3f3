using Grpc.AspNetCore.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Server;
using Yyc3.Connectors.Rpc.Server.Web;

namespace Microsoft.Extensions.DependencyInjection;

public static class GrpcServicesExtensions
{
    /// <summary>Registers gRPC; services are mapped with MapGrpcService.</summary>
    // The official method returns a builder; returning nothing keeps callers from relying on what it lacks here.
    public static void AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRpcCalls();
        services.AddOptions<GrpcServiceOptions>();
        if (configureOptions is not null)
        {
            services.Configure(configureOptions);
        }
        services.TryAddSingleton<GrpcWebSwitch>();
        services.TryAddSingleton<GrpcEndpointFactory>();
    }
}
