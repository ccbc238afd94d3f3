using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Yyc3.Connectors.Benchmarks.Servers;

/// <summary>
/// The servers that ours are compared with: <c>empty</c> does nothing, <c>bare</c> answers on Kestrel without any layer of
/// ours, <c>echo</c> has our gRPC and nothing else. Each answers <c>/</c> once it is there.
/// </summary>
internal static class YardstickServer
{
    public static WebApplication Build(string role, string http1, string http2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Listen(kestrel, http1, HttpProtocols.Http1);
            Listen(kestrel, http2, HttpProtocols.Http2);
        });
        var hasEcho = string.Equals(role, "echo", StringComparison.Ordinal);
        if (hasEcho)
        {
            AddEcho(builder.Services);
        }

        var app = builder.Build();
        app.MapGet("/", http => http.Response.WriteAsync(AllocatedBytes()));
        if (hasEcho)
        {
            app.MapGrpcService<EchoService>();
        }
        else if (string.Equals(role, "bare", StringComparison.Ordinal))
        {
            BareEcho.Map(app);
        }

        return app;
    }

    private static void AddEcho(IServiceCollection services)
    {
        services.AddGrpc();
        services.AddSingleton<EchoService>();
    }

    private static string AllocatedBytes() => GC.GetTotalAllocatedBytes().ToString(CultureInfo.InvariantCulture);

    private static void Listen(KestrelServerOptions kestrel, string port, HttpProtocols protocols) =>
        kestrel.Listen(
            IPAddress.Loopback,
            int.Parse(port, CultureInfo.InvariantCulture),
            listen => listen.Protocols = protocols
        );
}
