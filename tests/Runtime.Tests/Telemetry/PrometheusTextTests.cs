using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using OpenTelemetry.Metrics;
using Yyc3.Connectors.Runtime.Telemetry;

namespace Yyc3.Connectors.Runtime.Tests.Telemetry;

/// <summary>The metrics page, read line by line as Prometheus does.</summary>
public sealed partial class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new("Yyc3.Test." + Guid.NewGuid().ToString("N"));
    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;

    public PrometheusTextTests() =>
        _provider = OpenTelemetry
            .Sdk.CreateMeterProviderBuilder()
            .AddMeter(_meter.Name)
            .AddReader(new BaseExportingMetricReader(_exporter))
            .Build();

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Counter_ends_in_total_and_tells_its_type_and_help()
    {
        _meter.CreateCounter<long>("calls.made", "{call}", "Calls so far.").Add(3, Tag("provider", "echo"));
        Assert.Equal(
            [
                "# HELP calls_made_total Calls so far.",
                "# TYPE calls_made_total counter",
                "calls_made_total{provider=\"echo\"} 3",
            ],
            Lines()
        );
    }

    [Fact]
    public void Gauges_and_counters_that_go_down_are_gauges()
    {
        _meter.CreateObservableGauge("temperature", () => 1.5, "By");
        _meter.CreateUpDownCounter<int>("open").Add(-2);
        Assert.Equal(
            ["# TYPE open gauge", "# TYPE temperature_bytes gauge", "open -2", "temperature_bytes 1.5"],
            Lines().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Histogram_has_growing_buckets_a_sum_and_a_count()
    {
        var histogram = _meter.CreateHistogram<double>(
            "call.duration",
            "s",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] }
        );
        histogram.Record(0.05, Tag("a", "b"));
        histogram.Record(0.5, Tag("a", "b"));
        histogram.Record(7, Tag("a", "b"));
        Assert.Equal(
            [
                "# TYPE call_duration_seconds histogram",
                "call_duration_seconds_bucket{a=\"b\",le=\"0.1\"} 1",
                "call_duration_seconds_bucket{a=\"b\",le=\"1\"} 2",
                "call_duration_seconds_bucket{a=\"b\",le=\"+Inf\"} 3",
                "call_duration_seconds_sum{a=\"b\"} 7.55",
                "call_duration_seconds_count{a=\"b\"} 3",
            ],
            Lines()
        );
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("\\\"\n", "\\\\\\\"\\n")]
    [InlineData("中文", "中文")]
    public void Label_values_are_escaped(string value, string escaped)
    {
        _meter.CreateCounter<long>("x").Add(1, Tag("label.name", value));
        Assert.Equal($"x_total{{label_name=\"{escaped}\"}} 1", Lines()[^1]);
    }

    [Fact]
    public void Numbers_that_are_none_are_spelt_as_Prometheus_reads_them()
    {
        _meter.CreateObservableGauge("a", () => double.PositiveInfinity);
        _meter.CreateObservableGauge("b", () => double.NegativeInfinity);
        _meter.CreateObservableGauge("c", () => double.NaN);
        Assert.Equal(
            ["a +Inf", "b -Inf", "c NaN"],
            Lines().Where(line => line[0] != '#').Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Everything_the_runtime_measures_parses()
    {
        using var metrics = new RuntimeMetrics();
        using var provider = OpenTelemetry
            .Sdk.CreateMeterProviderBuilder()
            .AddMeter(RuntimeMetrics.MeterName, "System.Runtime")
            .AddReader(new BaseExportingMetricReader(_exporter))
            .Build();
        metrics.Called("echo", "action", isSuccess: true, TimeSpan.FromMilliseconds(5));
        metrics.Called("echo", "action", isSuccess: false, TimeSpan.FromMilliseconds(5));
        metrics.Watch("plugin.zombies", "Help with \\ and\nbreak.", () => [new Measurement<int>(2)]);
        var lines = Lines();
        var described = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line[0] == '#')
            {
                Assert.Matches(Comment(), line);
                Assert.True(described.Add(line.Split(' ')[1] + line.Split(' ')[2]), line);
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, line);
                var value = sample.Groups["value"].Value.Replace("+Inf", "Infinity", StringComparison.Ordinal);
                Assert.True(double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _), line);
            }
        }

        Assert.Contains("# HELP plugin_zombies Help with \\\\ and\\nbreak.", lines);
        Assert.Contains("plugin_zombies 2", lines);
        Assert.Contains(lines, line => line.Contains("outcome=\"error\"", StringComparison.Ordinal));
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private List<string> Lines()
    {
        var text = _exporter.Scrape();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        return [.. text.TrimEnd('\n').Split('\n')];
    }

    [GeneratedRegex(@"^# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(
        """^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*")*\})? (?<value>\S+)\z""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Sample();
}
