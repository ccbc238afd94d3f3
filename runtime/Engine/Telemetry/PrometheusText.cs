using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace Yyc3.Connectors.Runtime.Telemetry;

/// <summary>The Prometheus text format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    private readonly StringBuilder _text = new(32 * 1024);
    private readonly HashSet<string> _described = new(StringComparer.Ordinal);

    public void Add(Metric metric)
    {
        switch (metric.MetricType)
        {
            case MetricType.Histogram:
                AddHistogram(metric);
                break;
            case MetricType.LongSum or MetricType.DoubleSum:
                AddValues(metric, "counter", "_total");
                break;
            case MetricType.ExponentialHistogram:
                break;
            default:
                AddValues(metric, "gauge", "");
                break;
        }
    }

    public override string ToString() => _text.ToString();

    private void AddValues(Metric metric, string type, string suffix)
    {
        var name = Describe(metric, type, suffix);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            Line(name, Labels(point), Number(Value(metric.MetricType, point)));
        }
    }

    private static double Value(MetricType type, MetricPoint point) =>
        type switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            _ => point.GetGaugeLastValueDouble(),
        };

    private void AddHistogram(Metric metric)
    {
        var name = Describe(metric, "histogram", "");
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = Labels(point);
            var separator = labels.Length > 0 ? "," : "";
            var count = 0L;
            foreach (var bucket in point.GetHistogramBuckets())
            {
                count += bucket.BucketCount;
                Line(name + "_bucket", $"{labels}{separator}le=\"{Number(bucket.ExplicitBound)}\"", Number(count));
            }

            Line(name + "_sum", labels, Number(point.GetHistogramSum()));
            Line(name + "_count", labels, Number(point.GetHistogramCount()));
        }
    }

    private string Describe(Metric metric, string type, string suffix)
    {
        var name = Name(metric.Name) + Unit(metric.Unit) + suffix;
        if (_described.Add(name))
        {
            if (metric.Description is { Length: > 0 } description)
            {
                _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {Escape(description)}\n");
            }

            _text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
        }

        return name;
    }

    private void Line(string name, string labels, string value) =>
        _text.Append(labels.Length == 0 ? $"{name} {value}\n" : $"{name}{{{labels}}} {value}\n");

    private static string Labels(MetricPoint point)
    {
        var labels = new StringBuilder();
        foreach (var (key, value) in point.Tags)
        {
            if (value is null)
            {
                continue;
            }

            labels
                .Append(labels.Length > 0 ? "," : "")
                .Append(Name(key))
                .Append("=\"")
                .Append(
                    Escape(Convert.ToString(value, CultureInfo.InvariantCulture)!)
                        .Replace("\"", "\\\"", StringComparison.Ordinal)
                )
                .Append('"');
        }

        return labels.ToString();
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Name(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Unit(string unit) =>
        unit switch
        {
            "" or "1" => "",
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            ['{', ..] => "",
            _ => "_" + Name(unit),
        };

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
