using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Yyc3.Connectors.Benchmarks.Processes;

namespace Yyc3.Connectors.Benchmarks.Core;

/// <summary>The real host in a process of its own, with a new data directory unless it is given one.</summary>
internal sealed class RuntimeHost : IAsyncDisposable
{
    public const string Key = "bench-0123456789abcdef";

    private const string AllocatedMetric = "dotnet_gc_heap_total_allocated_bytes_total ";

    private readonly HttpClient _http;

    private RuntimeHost(ServerProcess process, int http, int grpc)
    {
        Process = process;
        Rest = new Uri($"http://127.0.0.1:{http}");
        Grpc = new Uri($"http://127.0.0.1:{grpc}");
        _http = new HttpClient { BaseAddress = Rest };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public ServerProcess Process { get; }

    public Uri Rest { get; }

    public Uri Grpc { get; }

    /// <summary>Speaks REST to it, with the key.</summary>
    public HttpClient Http => _http;

    /// <summary>Starts it with the bundled connectors.</summary>
    public static async Task<RuntimeHost> StartAsync(
        string dataDirectory,
        string? pluginsDirectory,
        CancellationToken cancellationToken
    )
    {
        var (http, grpc) = (FreePort.Next(), FreePort.Next());
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["YYC3_HTTPPORT"] = http.ToString(CultureInfo.InvariantCulture),
            ["YYC3_GRPCPORT"] = grpc.ToString(CultureInfo.InvariantCulture),
            ["YYC3_DATADIR"] = dataDirectory,
            ["YYC3_APIKEY"] = Key,
        };
        if (pluginsDirectory is not null)
        {
            environment["YYC3_PLUGINSDIR"] = pluginsDirectory;
        }

        var process = await ServerProcess.StartAsync(
            Workplace.Assembly("Yyc3.Connectors.Host"),
            [],
            environment,
            http,
            "/health/ready",
            cancellationToken
        );
        return new RuntimeHost(process, http, grpc);
    }

    /// <summary>Makes an integration.</summary>
    /// <returns>Its id.</returns>
    public Task<string> CreateAsync(string type, string provider, CancellationToken cancellationToken) =>
        CreateAsync(type, provider, new { }, new { type = "none" }, cancellationToken);

    /// <summary>Makes an integration with settings and credentials.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateAsync(
        string type,
        string provider,
        object config,
        object auth,
        CancellationToken cancellationToken
    )
    {
        var integration = new
        {
            name = provider,
            type,
            provider,
            config,
            auth,
        };
        using var response = await _http.PostAsJsonAsync("/v1/integrations", integration, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return response.IsSuccessStatusCode
            ? answer.GetProperty("data").GetProperty("id").GetString()!
            : throw new InvalidOperationException(answer.GetRawText());
    }

    /// <summary>Bytes allocated on its managed heap since its start.</summary>
    public async Task<double> AllocatedAsync(CancellationToken cancellationToken)
    {
        var metrics = await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
        var line = metrics.Split('\n').First(line => line.StartsWith(AllocatedMetric, StringComparison.Ordinal));
        return double.Parse(line.AsSpan(AllocatedMetric.Length), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }
}
