using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yyc3.Connectors.Rpc.Services.Health;
using Yyc3.Connectors.Rpc.Services.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Yyc3.Connectors.Rpc.Services;

public static class RpcServicesServiceCollectionExtensions
{
    /// <summary>Describes these services, health and reflection itself; map both reflection services to serve it.</summary>
    public static IServiceCollection AddRpcReflection(
        this IServiceCollection services,
        params IEnumerable<ServiceDescriptor> described
    )
    {
        services.TryAddSingleton(_ => new ReflectionAnswers(described));
        services.TryAddSingleton<ReflectionService>();
        services.TryAddSingleton<ReflectionAlphaService>();
        return services;
    }

    /// <summary>Registers the health service and the state it reports; map HealthService to serve it.</summary>
    public static IServiceCollection AddRpcHealth(this IServiceCollection services)
    {
        services.TryAddSingleton<HealthState>();
        services.TryAddSingleton<HealthService>();
        return services;
    }
}
