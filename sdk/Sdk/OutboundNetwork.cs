using System.Net;
using System.Net.Sockets;

namespace Yyc3.Connectors.Sdk;

/// <summary>
/// The host's guarded way out. Whoever dials by itself dials through this, so that the operator's outbound policy holds for
/// every address after name resolution. Thread-safe.
/// </summary>
public abstract class OutboundNetwork
{
    /// <summary>Resolves a name and keeps the addresses that the policy allows.</summary>
    /// <param name="host">Name or literal address.</param>
    /// <param name="cancellationToken">Ends the resolving.</param>
    /// <returns>At least one address, in the order to try them.</returns>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.PreconditionFailed"/> (<c>ADDRESS_NOT_ALLOWED</c>) when the policy leaves no address.
    /// </exception>
    public abstract ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>
    /// Resolves a name for a client that resolves and dials by itself: it may take any of the addresses, so the policy must
    /// allow them all. Ask before the client is opened. The name may resolve to others later, so dial through
    /// <see cref="ConnectAsync"/> wherever the client lets you.
    /// </summary>
    /// <remarks>A network with a policy overrides this; without one every address that resolves is allowed.</remarks>
    /// <param name="host">Name or literal address.</param>
    /// <param name="cancellationToken">Ends the resolving.</param>
    /// <returns>All addresses, at least one.</returns>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.PreconditionFailed"/> (<c>ADDRESS_NOT_ALLOWED</c>) when the policy forbids one of the addresses.
    /// </exception>
    public virtual ValueTask<IReadOnlyList<IPAddress>> ResolveAllAsync(
        string host,
        CancellationToken cancellationToken
    ) => ResolveAsync(host, cancellationToken);

    /// <summary>
    /// Makes a handler whose connections go through this network, for libraries that bring an <see cref="HttpClient"/> of
    /// their own. Redirects and cookies are off. Prefer <see cref="ConnectorContext.Http"/> where one will do.
    /// </summary>
    /// <param name="trust">Whose certificates to believe.</param>
    /// <returns>The handler; the caller disposes it.</returns>
    public abstract HttpMessageHandler CreateHttpHandler(CertificateTrust trust);

    /// <summary>Opens a TCP connection: resolves, checks, and tries the addresses in turn.</summary>
    /// <param name="host">Name or literal address.</param>
    /// <param name="port">Port.</param>
    /// <param name="cancellationToken">Ends the dialling.</param>
    /// <returns>
    /// The connected socket, without Nagle's delay; a peer that vanishes without a word while nothing is sent breaks it within two
    /// minutes. The caller disposes it.
    /// </returns>
    /// <exception cref="SocketException">The name does not resolve, or no address answers.</exception>
    /// <exception cref="ConnectorException">As for <see cref="ResolveAsync"/>.</exception>
    public async ValueTask<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                KeepAlive(socket);
                await socket.ConnectAsync(addresses[i], port, cancellationToken).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException) when (i + 1 < addresses.Count)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
    }
}
