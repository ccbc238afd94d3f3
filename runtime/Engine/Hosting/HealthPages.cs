using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Telemetry;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>
/// <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>: for orchestrators and operators, without a key and without
/// anything of a tenant's.
/// </summary>
internal sealed class HealthPages(
    PluginRegistry plugins,
    StateStore store,
    IHostApplicationLifetime lifetime,
    PrometheusExporter exporter
)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", http => WriteAsync(http, new JsonObject { ["status"] = "live" }));
        endpoints.MapGet("/health/ready", ReadyAsync);
        endpoints.MapGet(
            "/metrics",
            http =>
            {
                http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
                return http.Response.WriteAsync(exporter.Scrape(), http.RequestAborted);
            }
        );
    }

    private async Task ReadyAsync(HttpContext http)
    {
        var isStoreUsable = await IsStoreUsableAsync(http.RequestAborted);
        var isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
        var versions = plugins.Versions;
        var status =
            isStopping ? "stopping"
            : !isStoreUsable ? "unavailable"
            : versions.Any(version => version.State == PluginState.Failed) ? "degraded"
            : "ready";
        http.Response.StatusCode = isStopping || !isStoreUsable ? 503 : 200;
        await WriteAsync(
            http,
            new JsonObject
            {
                ["status"] = status,
                ["store"] = isStoreUsable ? "ok" : "unavailable",
                ["plugins"] = new JsonArray([.. versions.Select(Describe)]),
            }
        );
    }

    private static JsonNode Describe(PluginVersion version)
    {
        var plugin = new JsonObject
        {
            ["id"] = version.Id,
            ["version"] = version.Version.ToNormalizedString(),
            ["state"] = version.State.ToString().ToLowerInvariant(),
        };
        if (version.Reason.Length > 0)
        {
            plugin["reason"] = version.Reason;
        }

        return plugin;
    }

    private async Task<bool> IsStoreUsableAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(
                    connection => connection.ExecuteScalarAsync<int>("select 1"),
                    cancellationToken
                ) == 1;
        }
        catch (System.Data.Common.DbException)
        {
            return false;
        }
    }

    private static Task WriteAsync(HttpContext http, JsonObject page)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(page.ToJsonString(Indented) + "\n", http.RequestAborted);
    }
}
