using System.Net;
using System.Net.Sockets;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Connectors.Tests.Network;

public sealed class OutboundNetworkTests
{
    [Fact]
    public async Task Connection_notices_a_peer_that_has_vanished()
    {
        using var harness = new ConnectorHarness();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        using var socket = await harness.Context().Network.ConnectAsync("127.0.0.1", port, default);

        Assert.NotEqual(0, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        var idle = (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!;
        var interval = (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)!;
        var count = (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)!;
        Assert.InRange(idle + (interval * count), 1, 120);
        Assert.True(socket.NoDelay);
    }
}
