using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Yyc3.Connectors.Runtime.Telemetry;

namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>What operators see of queues: how deep, how late, how often tried. Thread-safe.</summary>
internal sealed class WorkMeasures
{
    private readonly RuntimeMetrics _metrics;
    private readonly ConcurrentDictionary<string, WorkDepth> _depths = new(StringComparer.Ordinal);

    public WorkMeasures(RuntimeMetrics metrics)
    {
        _metrics = metrics;
        metrics.Watch(
            "work.items",
            "Pieces of work by state, on all nodes together.",
            () =>
                _depths.SelectMany(pair =>
                    new[]
                    {
                        Measure(pair.Key, "waiting", pair.Value.Waiting),
                        Measure(pair.Key, "held", pair.Value.Held),
                        Measure(pair.Key, "dead", pair.Value.Dead),
                    }
                )
        );
        metrics.Watch(
            "work.lateness",
            "Seconds since the oldest waiting piece of work became due.",
            () =>
                _depths.Select(pair => new Measurement<int>(
                    (int)Math.Max(0, (pair.Value.Lateness ?? 0) / 1000),
                    new KeyValuePair<string, object?>("queue", pair.Key)
                ))
        );
    }

    public void Set(string queue, WorkDepth depth) => _depths[queue] = depth;

    public void Attempted(string queue, WorkOutcome outcome) =>
        _metrics.Attempted(
            queue,
            outcome switch
            {
                WorkOutcome.Parked => "parked",
                WorkOutcome.Failed => "failed",
                _ => "ended",
            }
        );

    private static Measurement<int> Measure(string queue, string state, long count) =>
        new((int)Math.Min(count, int.MaxValue), new("queue", queue), new("state", state));
}
