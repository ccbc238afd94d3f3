using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Yyc3.Connectors.Runtime.Telemetry;

/// <summary>
/// Renders the metrics when somebody asks. The SDK aggregates; the packaged Prometheus exporter cannot be restored here, and
/// this has its shape. Thread-safe.
/// </summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private const int LongestCollection = 5_000;

    private readonly Lock _gate = new();
    private string _text = "";

    public Func<int, bool>? Collect { get; set; }

    public string Scrape()
    {
        lock (_gate)
        {
            Collect!(LongestCollection);
            return _text;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new PrometheusText();
        foreach (var metric in batch)
        {
            text.Add(metric);
        }

        _text = text.ToString();
        return ExportResult.Success;
    }
}
