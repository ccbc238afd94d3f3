using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Calls.Binding;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest;

/// <summary>Makes one ASP.NET endpoint per HTTP rule.</summary>
internal sealed class RestEndpoints(JsonCodec codec, RestOptions options, CallRunner runner)
{
    private readonly ConcurrentQueue<RestRoute> _routes = new();

    /// <summary>Everything mapped so far, for the API reference.</summary>
    public IReadOnlyCollection<RestRoute> Routes => _routes;

    public JsonCodec Codec => codec;

    public IEndpointConventionBuilder Map<TService>(IEndpointRouteBuilder endpoints)
        where TService : class
    {
        var group = endpoints.MapGroup("");
        foreach (var handler in ServiceBinding.Bind<TService>(endpoints.ServiceProvider, options.Calls))
        {
            if (handler.Descriptor is not { } method)
            {
                continue;
            }

            codec.AddTypes(method.File);
            foreach (var binding in HttpBinding.Of(method))
            {
                var route = new RestRoute(handler, method, binding, codec);
                _routes.Enqueue(route);
                Map(group, route);
            }
        }

        return group;
    }

    private void Map(RouteGroupBuilder group, RestRoute route)
    {
        var path = route.Binding.Path;
        var policies = new RouteValueDictionary();
        if (path.LastParameter is { } last && path.Verb.Length > 0)
        {
            policies[last] = new VerbConstraint(path.Verb);
        }

        group
            .Map(RoutePatternFactory.Parse(path.Route, defaults: null, policies), http => RunAsync(http, route))
            .WithMetadata(
                new HttpMethodMetadata([route.Binding.Method], acceptCorsPreflight: true),
                route.Handler.Metadata
            )
            .WithDisplayName($"REST {route.Binding.Method} {path.Text}");
    }

    private async Task RunAsync(HttpContext http, RestRoute route)
    {
        var call = new RestCall(http, route, options);
        try
        {
            await runner.RunAsync(call);
        }
        finally
        {
            await call.ReleaseAsync();
        }
    }
}
