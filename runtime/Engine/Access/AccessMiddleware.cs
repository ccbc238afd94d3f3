using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Faults;

namespace Yyc3.Connectors.Runtime.Access;

/// <summary>
/// Lets a call through if its bearer token is a known key that holds the method's permission, before any of its body is read.
/// </summary>
internal sealed partial class AccessMiddleware(RequestDelegate next, KeyRing keys, ILogger<AccessMiddleware> logger)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is not { IsAnonymous: false } rule)
        {
            await next(http);
            return;
        }

        Caller? caller;
        try
        {
            caller = keys.Recall(Token(http)) ?? await LookUpAsync(http);
        }
        catch (DbException fault)
        {
            LogStore(logger, fault);
            await RefusalWriter.WriteAsync(http, Fault.StateUnavailable, null, isRetryable: true);
            return;
        }

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

    private async ValueTask<Caller?> LookUpAsync(HttpContext http) =>
        Token(http) is { IsEmpty: false } token ? await keys.FindAsync(token.ToString(), http.RequestAborted) : null;

    private static ReadOnlySpan<char> Token(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        return header is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value.AsSpan(Scheme.Length).Trim()
            : default;
    }

    [LoggerMessage(1, LogLevel.Error, "A key could not be looked up in the runtime's store.")]
    private static partial void LogStore(ILogger logger, Exception exception);
}
