using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Yyc3.Connectors.Rpc.Rest;
using Yyc3.Connectors.Rpc.Services.Health;
using Yyc3.Connectors.Rpc.Services.Reflection;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.Database;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Messaging;
using Yyc3.Connectors.Runtime.Storage;
using Yyc3.Connectors.Runtime.Sync.Service;
using MethodDescriptor = Google.Protobuf.Reflection.MethodDescriptor;
using Protos = Yyc3.Connectors.Contracts;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>Every service the runtime serves, by gRPC and by REST, each endpoint with its access rule.</summary>
internal static class RuntimeServices
{
    /// <summary>The contracts, for reflection and the API reference.</summary>
    public static IReadOnlyList<ServiceDescriptor> Descriptors { get; } =
    [
        Protos.Integration.V1.IntegrationService.Descriptor,
        Protos.Connector.V1.ConnectorService.Descriptor,
        Protos.Storage.V1.StorageService.Descriptor,
        Protos.Database.V1.DatabaseService.Descriptor,
        Protos.Messaging.V1.MessagingService.Descriptor,
        Protos.Sync.V1.SyncService.Descriptor,
        Protos.Access.V1.AccessService.Descriptor,
    ];

    private static readonly Dictionary<string, MethodDescriptor> Methods = Descriptors
        .SelectMany(service => service.Methods)
        .ToDictionary(method => $"/{method.Service.FullName}/{method.Name}", StringComparer.Ordinal);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        Map<IntegrationService>(endpoints);
        Map<ConnectorService>(endpoints);
        Map<StorageService>(endpoints);
        Map<DatabaseService>(endpoints);
        Map<MessagingService>(endpoints);
        Map<SyncService>(endpoints);
        Map<AccessService>(endpoints);
        var stopping = endpoints.ServiceProvider.GetRequiredService<Draining>().Over;
        endpoints.MapGrpcService<HealthService>().Add(endpoint => EndWith(endpoint, stopping));
        endpoints.MapGrpcService<ReflectionService>().Add(endpoint => EndWith(endpoint, stopping));
        endpoints.MapGrpcService<ReflectionAlphaService>().Add(endpoint => EndWith(endpoint, stopping));
    }

    /// <summary>A watcher of the host's health must not keep the host from stopping.</summary>
    private static void EndWith(EndpointBuilder endpoint, CancellationToken stopping)
    {
        var serve = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = async http =>
        {
            await using var end = stopping.Register(http.Abort);
            await serve(http);
        };
    }

    private static void Map<TService>(IEndpointRouteBuilder endpoints)
        where TService : class
    {
        endpoints.MapGrpcService<TService>().Add(AddAccessRule);
        // REST endpoints get their method after the conventions of their group, so the rule comes last of all.
        endpoints.MapRest<TService>().Finally(AddAccessRule);
    }

    /// <summary>
    /// REST endpoints carry their method; those of gRPC have its name as their route, whoever made them. An endpoint whose
    /// method is not known would be open to every key, so the host does not start with one.
    /// </summary>
    private static void AddAccessRule(EndpointBuilder endpoint)
    {
        var route = ((RouteEndpointBuilder)endpoint).RoutePattern.RawText ?? "";
        var method =
            endpoint.Metadata.OfType<Rpc.Calls.RpcMethodMetadata>().FirstOrDefault()?.Descriptor
            ?? Methods.GetValueOrDefault(route);
        if (method is null && route.EndsWith("/{unimplementedMethod}", StringComparison.Ordinal))
        {
            // The official packages answer UNIMPLEMENTED at such a route of each service.
            return;
        }

        method = method ?? throw new InvalidOperationException($"{endpoint.DisplayName} has no access rule.");
        endpoint.Metadata.Add(AccessRule.Of(method));
    }
}
