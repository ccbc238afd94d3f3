using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Json;

namespace Yyc3.Connectors.Rpc.Rest;

/// <summary>REST over the services that gRPC serves too.</summary>
public static class RestServiceCollectionExtensions
{
    public static IServiceCollection AddRest(this IServiceCollection services, Action<RestOptions>? configure = null)
    {
        services.AddRpcCalls();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<RestOptions>>().Value);
        services.TryAddSingleton(_ => new JsonCodec());
        services.TryAddSingleton<RestEndpoints>();
        services.AddOptions<RestOptions>();
        return configure is null ? services : services.Configure(configure);
    }

    /// <summary>Maps the methods of a service that have an HTTP rule.</summary>
    public static IEndpointConventionBuilder MapRest<TService>(this IEndpointRouteBuilder endpoints)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.ServiceProvider.GetRequiredService<RestEndpoints>().Map<TService>(endpoints);
    }

    /// <summary>Gives unknown paths, wrong methods and everything else that fails outside a call the error envelope.</summary>
    public static IApplicationBuilder UseRestErrors(this IApplicationBuilder app) =>
        app.UseMiddleware<RestErrorMiddleware>();
}
