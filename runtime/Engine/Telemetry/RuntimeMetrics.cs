using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Yyc3.Connectors.Runtime.Telemetry;

/// <summary>The engine's own measures. Labels never hold ids of integrations or anything a user typed.</summary>
internal sealed class RuntimeMetrics : IDisposable
{
    public const string MeterName = "Yyc3.Connectors.Runtime";

    private static readonly double[] Seconds =
    [
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
    ];

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _calls;
    private readonly Counter<long> _attempts;

    public RuntimeMetrics()
    {
        _attempts = _meter.CreateCounter<long>("work.attempts", unit: null, "Attempts at pieces of work.");
        _calls = _meter.CreateHistogram(
            "connector.call.duration",
            "s",
            "Time of calls to connectors, all attempts together.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds }
        );
    }

    public void Attempted(string queue, string outcome) =>
        _attempts.Add(1, new TagList { { "queue", queue }, { "outcome", outcome } });

    public void Called(string provider, string operation, bool isSuccess, TimeSpan duration) =>
        _calls.Record(
            duration.TotalSeconds,
            new TagList
            {
                { "provider", provider },
                { "operation", operation },
                { "outcome", isSuccess ? "ok" : "error" },
            }
        );

    /// <summary>Watches a number that somebody else holds.</summary>
    public void Watch(string name, string description, Func<IEnumerable<Measurement<int>>> read) =>
        _meter.CreateObservableGauge(name, read, unit: null, description);

    public void Dispose() => _meter.Dispose();
}
