using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Rpc.Services;
using Yyc3.Connectors.Rpc.Services.Health;
using Yyc3.Connectors.Rpc.Services.Reflection;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;

namespace Yyc3.Connectors.Rpc.Tests.Server.Wire;

/// <summary>The layer on a real Kestrel: one port for HTTP/2, one for HTTP/1.1.</summary>
internal sealed class RpcTestServer : IAsyncDisposable
{
    public const string Echo = "/calls.v1.CallService/Echo";
    public const string Collect = "/calls.v1.CallService/Collect";
    public const string Expand = "/calls.v1.CallService/Expand";
    public const string Chat = "/calls.v1.CallService/Chat";

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false });

    private RpcTestServer(WebApplication app) => _app = app;

    public CallHandlers Handlers => _app.Services.GetRequiredService<CallHandlers>();

    public IServiceProvider Services => _app.Services;

    public LogCapture Logs => _app.Services.GetRequiredService<LogCapture>();

    private Uri Http2 => new(_app.Urls.First());

    private Uri Http1 => new(_app.Urls.Last());

    public static async Task<RpcTestServer> StartAsync(
        Action<GrpcServiceOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? pipeline = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        var logs = new LogCapture();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Information);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<CallHandlers>();
        builder.Services.AddGrpc(configure);
        builder.Services.AddRpcReflection(CallService.Descriptor);
        builder.Services.AddRpcHealth();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        pipeline?.Invoke(app);
        app.MapGrpcService<TestCallService>();
        app.MapGrpcService<ReflectionService>();
        app.MapGrpcService<ReflectionAlphaService>();
        app.MapGrpcService<HealthService>();
        await app.StartAsync();
        return new RpcTestServer(app);
    }

    /// <summary>Sends a whole body by gRPC and reads the whole answer.</summary>
    public Task<RawReply> CallAsync(string path, byte[] body, params (string Key, string Value)[] headers) =>
        SendAsync(Request(path, new ByteArrayContent(body), "application/grpc", headers));

    /// <summary>The same by gRPC-Web over HTTP/1.1.</summary>
    public Task<RawReply> CallWebAsync(
        string path,
        byte[] body,
        string contentType = "application/grpc-web+proto",
        params (string Key, string Value)[] headers
    )
    {
        var request = Request(path, new ByteArrayContent(body), contentType, headers);
        request.RequestUri = new Uri(Http1, path);
        request.Version = HttpVersion.Version11;
        return SendAsync(request);
    }

    /// <summary>Begins a call whose body the test writes bit by bit.</summary>
    public async Task<HttpResponseMessage> BeginAsync(
        string path,
        HttpContent body,
        CancellationToken cancellationToken,
        params (string Key, string Value)[] headers
    ) => await _client.SendAsync(Request(path, body, "application/grpc", headers), cancellationToken);

    public async Task<RawReply> SendAsync(HttpRequestMessage request)
    {
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return await RawReply.ReadAsync(response);
    }

    public HttpRequestMessage Request(
        string path,
        HttpContent content,
        string contentType,
        params (string Key, string Value)[] headers
    )
    {
        content.Headers.Remove("content-type");
        content.Headers.TryAddWithoutValidation("content-type", contentType);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Http2, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (key, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(key, value);
        }
        return request;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
