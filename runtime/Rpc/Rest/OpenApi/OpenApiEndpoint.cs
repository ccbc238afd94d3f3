using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Yyc3.Connectors.Rpc.Rest.OpenApi;

/// <summary>Serves the API reference.</summary>
public static class OpenApiEndpoint
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Maps the reference; it is written on the first request, when everything else has been mapped.</summary>
    public static IEndpointConventionBuilder MapOpenApiDocument(
        this IEndpointRouteBuilder endpoints,
        string pattern = "/openapi.json"
    )
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var document = new Lazy<byte[]>(() => Write(services));
        return endpoints.MapGet(
            pattern,
            async (HttpContext http) =>
            {
                http.Response.ContentType = "application/json; charset=utf-8";
                http.Response.ContentLength = document.Value.Length;
                await http.Response.Body.WriteAsync(document.Value, http.RequestAborted);
            }
        );
    }

    private static byte[] Write(IServiceProvider services)
    {
        var routes = services.GetRequiredService<RestEndpoints>().Routes;
        var options = services.GetRequiredService<IOptions<OpenApiOptions>>().Value;
        return JsonSerializer.SerializeToUtf8Bytes(OpenApiDocument.Write(routes, options), Readable);
    }
}
