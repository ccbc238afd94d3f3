using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Runtime.Access;

/// <summary>
/// Lets a call through if its bearer token is a known key that holds the method's permission, before any of its body is read.
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next, KeyRing keys)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is not { IsAnonymous: false } rule)
        {
            await next(http);
            return;
        }

        var caller = Token(http) is { } token ? await keys.FindAsync(token, http.RequestAborted) : null;
        if (caller is null)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await RefusalWriter.WriteAsync(http, RpcErrors.Unauthenticated, null);
            return;
        }

        if (rule.Permission.Length > 0 && !caller.May(rule.Permission))
        {
            await RefusalWriter.WriteAsync(http, RpcErrors.PermissionDenied, $"needs the permission {rule.Permission}");
            return;
        }

        http.Features.Set(caller);
        await next(http);
    }

    private static string? Token(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        return header is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : null;
    }
}
