using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Routing;

/// <summary>Matches a rest of the path that ends in a custom verb, which a route pattern cannot say.</summary>
internal sealed class VerbConstraint(string verb) : IRouteConstraint
{
    public bool Match(
        HttpContext? httpContext,
        IRouter? route,
        string routeKey,
        RouteValueDictionary values,
        RouteDirection routeDirection
    ) => values[routeKey] is string text && text.EndsWith(verb, StringComparison.Ordinal);
}
