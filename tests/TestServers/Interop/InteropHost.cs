using System.Net;
using Grpc.AspNetCore.Web;
using Grpc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yyc3.Connectors.Rpc.Services;
using Yyc3.Connectors.Rpc.Services.Health;
using Yyc3.Connectors.Rpc.Services.Reflection;

namespace Yyc3.Connectors.TestServers.Interop;

/// <summary>
/// Serves grpc.testing.TestService: --port takes gRPC (h2c), --http-port gRPC-Web by HTTP/1.1. Port 0 finds a free one.
/// </summary>
public static class InteropHost
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Listen(kestrel, builder.Configuration.GetValue("port", 18080), HttpProtocols.Http2);
            Listen(kestrel, builder.Configuration.GetValue("http-port", 18081), HttpProtocols.Http1);
        });
        builder.Services.AddGrpc();
        builder.Services.AddRpcReflection(TestService.Descriptor);
        builder.Services.AddRpcHealth();
        builder.Services.AddSingleton<InteropService>();

        var app = builder.Build();
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.MapGrpcService<InteropService>();
        app.MapGrpcService<ReflectionService>();
        app.MapGrpcService<ReflectionAlphaService>();
        app.MapGrpcService<HealthService>();
        BareEndpoint.Map(app);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, int port, HttpProtocols protocols) =>
        kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = protocols);
}
