using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Yyc3.Connectors.Rpc.Calls.Measuring;

/// <summary>Counts and times calls, and names the span that ASP.NET opened for the request.</summary>
public sealed class CallMetrics
{
    public const string MeterName = "Yyc3.Connectors.Rpc";

    private const string SystemTag = "rpc.system";

    private static readonly double[] Seconds =
    [
        0.0005,
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

    private readonly ConcurrentBag<CallSeries> _series = [];
    private readonly Histogram<double> _duration;

    public CallMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        _duration = meter.CreateHistogram(
            "rpc.server.duration",
            "s",
            "How long calls took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds }
        );
        meter.CreateObservableUpDownCounter(
            "rpc.server.active",
            () => _series.Select(series => new Measurement<long>(series.Active, series.Tags)),
            "{call}",
            "Calls being handled."
        );
    }

    /// <summary>Whether somebody collects how long calls take; else nobody needs to look at the clock.</summary>
    internal bool TimesCalls => _duration.Enabled;

    internal void Started(ServerCall call)
    {
        SeriesOf(call).Enter();
        if (ActivityOf(call) is { } activity)
        {
            activity.DisplayName = call.Handler.DisplayName;
            activity.SetTag(SystemTag, "grpc");
            foreach (var (name, value) in SeriesOf(call).Tags)
            {
                activity.SetTag(name, value);
            }
        }
    }

    internal void Ended(ServerCall call, StatusCode status)
    {
        SeriesOf(call).Leave();
        if (ActivityOf(call) is { } activity)
        {
            activity.SetTag(CallSeries.StatusTag, (int)status);
            if (status is StatusCode.Unknown or StatusCode.Internal or StatusCode.DataLoss or StatusCode.Unavailable)
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    internal void Took(ServerCall call, StatusCode status, TimeSpan elapsed) =>
        _duration.Record(elapsed.TotalSeconds, SeriesOf(call).Of(status));

    private CallSeries SeriesOf(ServerCall call) =>
        call.Handler.FindSeries(call.Transport) ?? call.Handler.AddSeries(call.Transport, _series.Add);

    // With logging on, ASP.NET opens an activity for every request, also when nobody collects it.
    private static Activity? ActivityOf(ServerCall call) =>
        call.HttpContext.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity
        && activity.Source.HasListeners()
            ? activity
            : null;
}
