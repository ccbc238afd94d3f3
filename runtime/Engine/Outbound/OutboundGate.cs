using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Outbound;

/// <summary>The ways out, one for each reach; connectors of the same reach share the pooled HTTP client. Thread-safe.</summary>
internal sealed class OutboundGate(OutboundPolicy policy) : IDisposable
{
    private readonly Way _public = new(new OutboundGuard(policy.Hosts, allowsPrivate: false));
    private readonly Way _private = new(new OutboundGuard(policy.Hosts, allowsPrivate: true));

    /// <summary>The way out for connectors of a type.</summary>
    public (HttpClient Http, OutboundNetwork Network) For(string connectorType)
    {
        var way = policy.AllowsPrivate(connectorType) ? _private : _public;
        return (way.Http, way.Guard);
    }

    public void Dispose()
    {
        _public.Http.Dispose();
        _private.Http.Dispose();
    }

    private sealed class Way(OutboundGuard guard)
    {
        public OutboundGuard Guard { get; } = guard;

        public HttpClient Http { get; } =
#pragma warning disable RS0030 // this is where connectors' clients come from
            new(guard.CreateHttpHandler(CertificateTrust.System))
            {
                // Calls end by their own deadline.
                Timeout = Timeout.InfiniteTimeSpan,
            };
#pragma warning restore RS0030
    }
}
