using Google.Protobuf.Reflection;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Measuring;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>One bound method with its interceptors: takes a call, reads, runs the service and writes.</summary>
public abstract class MethodHandler(RpcMethodMetadata metadata, RpcOptions options)
{
    private readonly Lock _gate = new();
    private volatile CallSeries[] _series = [];

    public RpcMethodMetadata Metadata { get; } = metadata;

    public RpcOptions Options { get; } = options;

    public IMethod Method => Metadata.Method;

    public MethodDescriptor? Descriptor => Metadata.Descriptor;

    /// <summary>Name of spans and log lines: package.Service/Method.</summary>
    public string DisplayName { get; } = metadata.Method.FullName.TrimStart('/');

    public abstract Task InvokeAsync(ServerCall call);

    /// <summary>The measures of the calls by one transport; there are three, so looking through them is quickest.</summary>
    internal CallSeries? FindSeries(string transport)
    {
        foreach (var series in _series)
        {
            if (series.Transport == transport)
            {
                return series;
            }
        }

        return null;
    }

    /// <summary>Adds the measures of another transport, once.</summary>
    internal CallSeries AddSeries(string transport, Action<CallSeries> added)
    {
        lock (_gate)
        {
            if (FindSeries(transport) is { } known)
            {
                return known;
            }

            var series = new CallSeries(this, transport);
            added(series);
            _series = [.. _series, series];
            return series;
        }
    }
}
