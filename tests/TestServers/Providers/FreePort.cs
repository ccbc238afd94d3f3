using System.Net;
using System.Net.Sockets;

namespace Yyc3.Connectors.TestServers;

/// <summary>Ports of this machine where nothing listens yet.</summary>
public static class FreePort
{
    /// <summary>Finds one. Below the range that outgoing connections take theirs from, so that a server can be restarted on it.</summary>
    public static int Next()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(12_000, 32_000));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken; try another.
            }
        }
    }
}
