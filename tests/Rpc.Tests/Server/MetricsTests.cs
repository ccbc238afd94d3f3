using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Calls.Measuring;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class MetricsTests
{
    [Fact]
    public async Task Every_call_is_timed_and_counted_with_its_method_status_and_transport()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Collect = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, ""));
        using var measured = new Measurements(server);

        await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));
        await server.CallAsync(RpcTestServer.Collect, WireFrames.Text(""));
        await server.CallWebAsync(RpcTestServer.Echo, WireFrames.Text(""));
        await server.CallAsync("/made.up.Service/Random123", WireFrames.Text(""));
        await measured.WaitForDurationsAsync(4);

        Assert.Equal(
            [
                "_OTHER/_OTHER grpc 12",
                "calls.v1.CallService/Collect grpc 5",
                "calls.v1.CallService/Echo grpc 0",
                "calls.v1.CallService/Echo grpc-web 0",
            ],
            measured.Durations.Order(StringComparer.Ordinal)
        );
        Assert.Equal(0, measured.Active);
    }

    [Fact]
    public async Task A_call_is_active_while_it_is_handled()
    {
        await using var server = await RpcTestServer.StartAsync();
        using var measured = new Measurements(server);
        var during = 0L;
        server.Handlers.Echo = (request, _) =>
        {
            during = measured.Active;
            return Task.FromResult(new EchoReply { Text = request.Text });
        };

        await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));
        await measured.WaitForDurationsAsync(1);

        Assert.Equal((1, 0), (during, measured.Active));
    }

    [Fact]
    public async Task The_span_of_the_request_is_named_after_the_method()
    {
        Activity? span = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, _) =>
        {
            span = Activity.Current;
            throw new RpcException(new Status(StatusCode.Internal, ""));
        };

        await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));

        Assert.Equal("calls.v1.CallService/Echo", span?.DisplayName);
        Assert.Equal("Echo", span?.GetTagItem("rpc.method"));
        Assert.Equal("calls.v1.CallService", span?.GetTagItem("rpc.service"));
    }

    [Fact]
    public async Task Middleware_finds_the_method_on_the_endpoint()
    {
        RpcMethodMetadata? found = null;
        await using var server = await RpcTestServer.StartAsync(pipeline: app =>
            app.Use(
                (http, next) =>
                {
                    found = http.GetEndpoint()?.Metadata.GetMetadata<RpcMethodMetadata>();
                    return next(http);
                }
            )
        );

        await server.CallAsync(RpcTestServer.Expand, WireFrames.Text(""));

        Assert.Equal(RpcTestServer.Expand, found?.Method.FullName);
        Assert.Equal("calls.v1.CallService.Expand", found?.Descriptor?.FullName);
        Assert.Equal(typeof(TestCallService), found?.Service);
    }

    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly SemaphoreSlim _recorded = new(0);
        private long _active;

        public Measurements(RpcTestServer server)
        {
            var meters = server.Services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == CallMetrics.MeterName && instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>(
                (_, _, tags, _) =>
                {
                    var values = new Dictionary<string, object?>(tags.ToArray());
                    Durations.Enqueue(
                        $"{values["rpc.service"]}/{values["rpc.method"]} {values["transport"]} {values["rpc.grpc.status_code"]}"
                    );
                    _recorded.Release();
                }
            );
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _active, value));
            _listener.Start();
        }

        public ConcurrentQueue<string> Durations { get; } = [];

        public long Active
        {
            get
            {
                Interlocked.Exchange(ref _active, 0);
                _listener.RecordObservableInstruments();
                return Interlocked.Read(ref _active);
            }
        }

        // A call is measured after its last byte has left.
        public async Task WaitForDurationsAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await _recorded.WaitAsync(TestContext.Current.CancellationToken);
            }
        }

        public void Dispose()
        {
            _listener.Dispose();
            _recorded.Dispose();
        }
    }
}
