using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Binding;

namespace Yyc3.Connectors.Rpc.Calls.Measuring;

/// <summary>The calls of one method over one transport: their labels, made once, and how many are being handled.</summary>
internal sealed class CallSeries
{
    /// <summary>Label of the status, which a call has only when it has ended.</summary>
    public const string StatusTag = "rpc.grpc.status_code";

    private const string ServiceTag = "rpc.service";
    private const string MethodTag = "rpc.method";
    private const string TransportTag = "transport";

    private readonly KeyValuePair<string, object?>[] _succeeded;
    private int _active;

    public CallSeries(MethodHandler handler, string transport)
    {
        Transport = transport;
        Tags =
        [
            new(ServiceTag, handler.Method.ServiceName),
            new(MethodTag, handler.Method.Name),
            new(TransportTag, transport),
        ];
        _succeeded = [.. Tags, new(StatusTag, (int)StatusCode.OK)];
    }

    public string Transport { get; }

    /// <summary>Service, method and transport.</summary>
    public KeyValuePair<string, object?>[] Tags { get; }

    /// <summary>Calls being handled.</summary>
    public int Active => Volatile.Read(ref _active);

    public void Enter() => Interlocked.Increment(ref _active);

    public void Leave() => Interlocked.Decrement(ref _active);

    /// <summary>The labels of a call that has ended.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> Of(StatusCode status) =>
        status == StatusCode.OK
            ? _succeeded
            : (KeyValuePair<string, object?>[])[.. Tags, new KeyValuePair<string, object?>(StatusTag, (int)status)];
}
