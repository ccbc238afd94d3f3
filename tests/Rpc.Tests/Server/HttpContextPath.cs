using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Tests.Server;

internal static class HttpContextPath
{
    /// <summary>Reads the request behind a call, which must still be the call's own.</summary>
    public static string GetHttpContextPath(this ServerCallContext context) => context.GetHttpContext().Request.Path;
}
