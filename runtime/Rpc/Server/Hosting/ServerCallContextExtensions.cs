using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls;

namespace Grpc.Core;

public static class ServerCallContextExtensions
{
    /// <summary>The request behind a call, also when an interceptor has wrapped its context.</summary>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        if (serverCallContext is ServerCall call)
        {
            return call.HttpContext;
        }
        return serverCallContext.UserState.TryGetValue("__HttpContext", out var value) && value is HttpContext http
            ? http
            : throw new InvalidOperationException("The call does not come from HTTP.");
    }
}
