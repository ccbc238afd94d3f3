using System.Net;
using System.Net.Sockets;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Outbound;

/// <summary>
/// Dials for connectors and lets nothing pass that the policy forbids. It judges addresses after name resolution and connects to
/// the very addresses it judged, so a name that changes its mind gains nothing. Thread-safe.
/// </summary>
/// <param name="hosts">Names and literal addresses that may be reached wherever they are.</param>
/// <param name="allowsPrivate">Whether private addresses may be reached.</param>
internal sealed class OutboundGuard(IReadOnlyList<string> hosts, bool allowsPrivate) : OutboundNetwork
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Resolves names.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> LookUp { get; init; } = Dns.GetHostAddressesAsync;

    public override async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(
        string host,
        CancellationToken cancellationToken
    )
    {
        var addresses = await LookUpAsync(host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => Allows(host, address));
        return allowed.Length > 0 ? allowed : throw NotAllowed();
    }

    public override async ValueTask<IReadOnlyList<IPAddress>> ResolveAllAsync(
        string host,
        CancellationToken cancellationToken
    )
    {
        var addresses = await LookUpAsync(host, cancellationToken);
        return Array.TrueForAll(addresses, address => Allows(host, address)) ? addresses : throw NotAllowed();
    }

    public override HttpMessageHandler CreateHttpHandler(CertificateTrust trust) =>
        new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            // A proxy would dial for us, past the guard.
            UseProxy = false,
            PooledConnectionLifetime = ConnectionLifetime,
            SslOptions = trust.IsCustom ? trust.ClientOptions(null) : new(),
            ConnectCallback = async (context, token) =>
                new NetworkStream(
                    await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, token),
                    ownsSocket: true
                ),
        };

    private static ConnectorException NotAllowed() =>
        new(
            ErrorKind.PreconditionFailed,
            "ADDRESS_NOT_ALLOWED",
            "The runtime's outbound policy does not allow connections to this host; its operator can list it in YYC3_OUTBOUNDHOSTS."
        );

    /// <returns>At least one address.</returns>
    private async ValueTask<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await LookUp(host, cancellationToken);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    private bool Allows(string host, IPAddress address) =>
        hosts.Contains(host, StringComparer.OrdinalIgnoreCase)
        || AddressReaches.Of(address) switch
        {
            AddressReach.Public => true,
            AddressReach.Private => allowsPrivate,
            _ => false,
        };
}
