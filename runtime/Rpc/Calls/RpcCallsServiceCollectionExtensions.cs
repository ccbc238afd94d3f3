using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yyc3.Connectors.Rpc.Calls.Binding;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Calls.Measuring;

namespace Yyc3.Connectors.Rpc.Calls;

public static class RpcCallsServiceCollectionExtensions
{
    /// <summary>Registers what every transport shares.</summary>
    public static IServiceCollection AddRpcCalls(this IServiceCollection services)
    {
        services.AddRouting();
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ErrorCatalog>();
        services.TryAddSingleton<CallMetrics>();
        services.TryAddSingleton<CallRunner>();
        services.TryAddSingleton(new RegisteredLifetimes(services));
        return services;
    }
}
