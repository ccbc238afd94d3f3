using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Rpc.Calls.Validation;
using Yyc3.Connectors.Rpc.Rest;
using Yyc3.Connectors.Rpc.Rest.OpenApi;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

/// <summary>The lab service over REST on a free port.</summary>
public sealed class RestServer : IAsyncLifetime
{
    public const int BodyLimit = 100_000;

    private WebApplication? _app;

    public HttpClient Client { get; private set; } = new(new SocketsHttpHandler());

    public string SpoolDirectory { get; } = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public Uri Address => Client.BaseAddress!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1)
        );
        builder.Services.AddRest(rest =>
        {
            rest.SpoolDirectory = SpoolDirectory;
            rest.MaxUploadSize = 50_000_000;
            rest.Calls.MaxReceiveMessageSize = BodyLimit;
            rest.Calls.Interceptors.Add(new RequestValidator());
        });
        builder.Services.Configure<OpenApiOptions>(reference =>
            Assert.True(reference.Comments.TryAdd(typeof(RestServer).Assembly, "protos.binpb"))
        );
        _app = builder.Build();
        _app.UseRestErrors();
        _app.UseRouting();
        _app.MapRest<RestLabService>();
        _app.MapOpenApiDocument();
        await _app.StartAsync();
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(_app.Urls.First()),
        };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (Directory.Exists(SpoolDirectory))
        {
            Directory.Delete(SpoolDirectory, recursive: true);
        }
    }

    public async Task<(HttpResponseMessage Response, JsonElement Body)> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsByteArrayAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        return (response, isJson ? JsonDocument.Parse(text).RootElement : default);
    }

    public Task<(HttpResponseMessage Response, JsonElement Body)> GetAsync(string path) =>
        SendAsync(HttpMethod.Get, path);

    public Task<(HttpResponseMessage Response, JsonElement Body)> PostAsync(string path, string json) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
}
