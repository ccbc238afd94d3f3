using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class ServiceLifetimeTests
{
    [Theory]
    [InlineData(ServiceLifetime.Singleton, 1)]
    [InlineData(ServiceLifetime.Scoped, 2)]
    [InlineData(ServiceLifetime.Transient, 2)]
    [InlineData(null, 2)]
    public async Task A_service_lives_as_it_is_registered(ServiceLifetime? lifetime, int instances)
    {
        var services = new ConcurrentBag<CountedService>();
        await using var server = await RpcTestServer.StartAsync(
            services: collection =>
            {
                collection.AddSingleton(services);
                if (lifetime is { } registered)
                {
                    collection.Add(new ServiceDescriptor(typeof(CountedService), typeof(CountedService), registered));
                }
            },
            pipeline: app => app.MapGrpcService<CountedService>()
        );

        Assert.Equal(["1"], (await server.CallAsync(CountedService.Path, WireFrames.Text(""))).Texts);
        await server.CallAsync(CountedService.Path, WireFrames.Text(""));

        Assert.Equal(instances, services.Count);
        Assert.All(services, service => Assert.Equal(lifetime is not ServiceLifetime.Singleton, service.IsDisposed));
    }
}
