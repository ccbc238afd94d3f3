using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls.Binding;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Calls;

/// <summary>One call over HTTP. A transport says how messages travel and how the call ends.</summary>
/// <remarks>
/// After a deadline the runner ends the call while its handler may still write: sending and ending exclude each other,
/// and whatever the handler does afterwards is refused.
/// </remarks>
public abstract class ServerCall(HttpContext http, MethodHandler handler) : ServerCallContext, IDisposable
{
    /// <summary>Key under which the official GetHttpContext() looks.</summary>
    private const string HttpContextKey = "__HttpContext";

    private readonly Lock _gate = new();
    private CallDeadline? _deadline;
    private Metadata? _requestHeaders;
    private Metadata? _trailers;
    private Dictionary<object, object>? _userState;
    private AuthContext? _authContext;
    private Status _status;
    private bool _headersSent;
    private bool _messageSent;

    public HttpContext HttpContext { get; } = http;

    public MethodHandler Handler { get; } = handler;

    /// <summary>Name of the transport in metrics: grpc, grpc-web or rest.</summary>
    public abstract string Transport { get; }

    /// <summary>No message is read or written any more.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The deadline has passed. False as long as the call has none.</summary>
    public bool IsDeadlinePassed => _deadline is { HasPassed: true };

    /// <summary>Language of messages for this caller.</summary>
    public ErrorLanguage Language => ErrorLanguages.Of(HttpContext.Request);

    /// <summary>
    /// What ends a read of the request. Without a deadline that is the server's own doing, and asking for its token
    /// would cost every call a source.
    /// </summary>
    internal CancellationToken ReadToken => _deadline?.Token ?? CancellationToken.None;

    internal bool HasDeadline => _deadline is not null;

    internal Metadata? TrailersOrNull => _trailers;

    /// <summary>Headers or a message went out; the status can no longer travel in the headers.</summary>
    protected bool HasBegun => _messageSent || _headersSent || HttpContext.Response.HasStarted;

    protected override string MethodCore => Handler.Method.FullName;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            var connection = HttpContext.Connection;
            return connection.RemoteIpAddress switch
            {
                null => "unknown",
                { AddressFamily: AddressFamily.InterNetworkV6 } v6 => $"ipv6:[{v6}]:{connection.RemotePort}",
                var v4 => $"ipv4:{v4}:{connection.RemotePort}",
            };
        }
    }

    protected override DateTime DeadlineCore => _deadline?.At.UtcDateTime ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore =>
        _requestHeaders ??= HeaderMetadata.Read(HttpContext.Request.Headers, Language);

    protected override CancellationToken CancellationTokenCore => _deadline?.Token ?? HttpContext.RequestAborted;

    protected override Metadata ResponseTrailersCore => _trailers ??= [];

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= new AuthContext(null, []);

    protected override IDictionary<object, object> UserStateCore =>
        _userState ??= new Dictionary<object, object> { [HttpContextKey] = HttpContext };

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The next message, or null at the end of the request.</summary>
    public ValueTask<object?> ReceiveAsync(MessageFormat format, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        return ReadAsync(format, cancellationToken);
    }

    /// <summary>The only message of the request.</summary>
    public ValueTask<object> ReceiveSingleAsync(MessageFormat format, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        return ReadSingleAsync(format, cancellationToken);
    }

    /// <summary>Puts a message into the response without flushing it.</summary>
    public void Send(object message, MessageFormat format, WriteFlags flags)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            Write(message, format, flags);
            _messageSent = true;
        }
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        return FlushCoreAsync(cancellationToken);
    }

    /// <summary>Ends the call once; a second end is ignored.</summary>
    internal ValueTask EndAsync(Status status, Metadata? trailers)
    {
        lock (_gate)
        {
            if (IsEnded)
            {
                return default;
            }
            IsEnded = true;
        }
        return EndCoreAsync(status, trailers);
    }

    internal void StartDeadline(TimeProvider clock)
    {
        if (ReadTimeout() is { } timeout)
        {
            _deadline = new CallDeadline(timeout, clock, HttpContext.RequestAborted);
        }
    }

    protected virtual void Dispose(bool disposing) => _deadline?.Dispose();

    /// <summary>How long the caller waits, or null. Throws when the caller's value cannot be read.</summary>
    protected virtual TimeSpan? ReadTimeout() =>
        GrpcTimeout.Read(HttpContext.Request.Headers.GrpcTimeout.ToString(), Language);

    protected abstract ValueTask<object?> ReadAsync(MessageFormat format, CancellationToken cancellationToken);

    protected abstract ValueTask<object> ReadSingleAsync(MessageFormat format, CancellationToken cancellationToken);

    /// <summary>Never called concurrently with itself or after the end.</summary>
    protected abstract void Write(object message, MessageFormat format, WriteFlags flags);

    protected abstract ValueTask FlushCoreAsync(CancellationToken cancellationToken);

    /// <summary>Takes over the headers that a handler wants to send before its first message.</summary>
    protected abstract void ApplyHeaders(Metadata headers);

    /// <summary>Writes the status and trailers. Called once; nothing is sent afterwards.</summary>
    protected abstract ValueTask EndCoreAsync(Status status, Metadata? trailers);

    /// <summary>Lets the applied headers leave. A transport whose status may still change keeps them.</summary>
    protected virtual async Task SendHeadersAsync(CancellationToken cancellationToken) =>
        await HttpContext.Response.BodyWriter.FlushAsync(cancellationToken);

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        lock (_gate)
        {
            ThrowIfEnded();
            if (HasBegun)
            {
                throw new InvalidOperationException("Response headers can only be sent once per call.");
            }
            ApplyHeaders(responseHeaders);
            _headersSent = true;
        }
        return SendHeadersAsync(CancellationTokenCore);
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Context propagation is not supported; pass deadline and token on yourself.");

    private void ThrowIfEnded()
    {
        if (IsEnded)
        {
            throw new InvalidOperationException("The call has ended.");
        }
    }
}
