using Microsoft.Extensions.DependencyInjection;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>Tells how a service is registered; the container itself does not say.</summary>
internal sealed class RegisteredLifetimes(IServiceCollection services)
{
    public ServiceLifetime? Of(Type service) =>
        services.LastOrDefault(entry => entry.ServiceType == service && !entry.IsKeyedService)?.Lifetime;
}
