using System.Globalization;

namespace Yyc3.Connectors.Benchmarks.Processes;

/// <summary>One of this program's own servers, in a process of its own.</summary>
internal sealed class Yardstick : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly Uri _http1;
    private readonly Uri _http2;

    private Yardstick(ServerProcess process, int http1, int http2)
    {
        _process = process;
        _http1 = new Uri($"http://127.0.0.1:{http1}");
        _http2 = new Uri($"http://127.0.0.1:{http2}");
    }

    public TimeSpan StartTime => _process.StartTime;

    public static async Task<Yardstick> StartAsync(string role, CancellationToken cancellationToken)
    {
        var (http1, http2) = (FreePort.Next(), FreePort.Next());
        var process = await ServerProcess.StartAsync(
            Workplace.Assembly("Yyc3.Connectors.Benchmarks"),
            ["serve", role, http1.ToString(CultureInfo.InvariantCulture), http2.ToString(CultureInfo.InvariantCulture)],
            environment: null,
            http1,
            "/",
            cancellationToken
        );
        return new Yardstick(process, http1, http2);
    }

    public Uri Http2(string path) => new(_http2, path);

    /// <summary>Bytes allocated on its managed heap since its start.</summary>
    public async Task<double> AllocatedAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        return double.Parse(await http.GetStringAsync(_http1, cancellationToken), CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
