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
    private const string ServiceTag = "rpc.service";
    private const string MethodTag = "rpc.method";
    private const string StatusTag = "rpc.grpc.status_code";
    private const string TransportTag = "transport";

    // Boxed once: a tag's value is an object.
    private static readonly object[] StatusCodes = [.. Enumerable.Range(0, 17).Select(code => (object)code)];

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

    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _active;

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
        _active = meter.CreateUpDownCounter<long>("rpc.server.active", "{call}", "Calls being handled.");
    }

    /// <summary>Whether somebody collects how long calls take; else nobody needs to look at the clock.</summary>
    internal bool TimesCalls => _duration.Enabled;

    internal void Started(ServerCall call)
    {
        if (_active.Enabled)
        {
            _active.Add(1, ActiveTags(call));
        }
        if (ActivityOf(call) is { } activity)
        {
            activity.DisplayName = call.Handler.DisplayName;
            activity.SetTag(SystemTag, "grpc");
            activity.SetTag(ServiceTag, call.Handler.Method.ServiceName);
            activity.SetTag(MethodTag, call.Handler.Method.Name);
            activity.SetTag(TransportTag, call.Transport);
        }
    }

    internal void Ended(ServerCall call, StatusCode status)
    {
        if (_active.Enabled)
        {
            _active.Add(-1, ActiveTags(call));
        }
        if (ActivityOf(call) is { } activity)
        {
            activity.SetTag(StatusTag, Boxed(status));
            if (status is StatusCode.Unknown or StatusCode.Internal or StatusCode.DataLoss or StatusCode.Unavailable)
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    internal void Took(ServerCall call, StatusCode status, TimeSpan elapsed)
    {
        var tags = ActiveTags(call);
        tags.Add(StatusTag, Boxed(status));
        _duration.Record(elapsed.TotalSeconds, in tags);
    }

    // With logging on, ASP.NET opens an activity for every request, also when nobody collects it.
    private static Activity? ActivityOf(ServerCall call) =>
        call.HttpContext.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity
        && activity.Source.HasListeners()
            ? activity
            : null;

    private static TagList ActiveTags(ServerCall call) =>
        new()
        {
            { ServiceTag, call.Handler.Method.ServiceName },
            { MethodTag, call.Handler.Method.Name },
            { TransportTag, call.Transport },
        };

    private static object Boxed(StatusCode status) =>
        (uint)status < (uint)StatusCodes.Length ? StatusCodes[(int)status] : (int)status;
}
