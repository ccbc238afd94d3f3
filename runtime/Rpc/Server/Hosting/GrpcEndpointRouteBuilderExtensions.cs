using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Yyc3.Connectors.Rpc.Server;

namespace Microsoft.AspNetCore.Builder;

public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Maps every method of a service to an endpoint of its own.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var factory =
            builder.ServiceProvider.GetService<GrpcEndpointFactory>()
            ?? throw new InvalidOperationException("Call AddGrpc() before MapGrpcService().");
        return new GrpcServiceEndpointConventionBuilder(factory.Map<TService>(builder));
    }
}
