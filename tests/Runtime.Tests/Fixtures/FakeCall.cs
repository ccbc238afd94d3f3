using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Runtime.Access;

namespace Yyc3.Connectors.Runtime.Tests.Fixtures;

/// <summary>A call by an admin of a tenant, as services see it.</summary>
internal sealed class FakeCall : ServerCallContext
{
    private readonly Dictionary<object, object> _state = [];

    public FakeCall(string method = "/test/Method", string tenantId = "default", CancellationToken token = default)
    {
        (MethodCore, CancellationTokenCore) = (method, token);
        var http = new DefaultHttpContext();
        http.Features.Set(new Caller("key-1", tenantId, permissions: 0, isAdmin: true));
        _state["__HttpContext"] = http;
    }

    protected override string MethodCore { get; }

    protected override string HostCore => "localhost";

    protected override string PeerCore => "ipv4:127.0.0.1:1";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore { get; }

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => throw new NotSupportedException();

    protected override IDictionary<object, object> UserStateCore => _state;

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException();
}
