using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace Yyc3.Connectors.RabbitMq.Connections;

/// <summary>A socket that the host's network has connected already, in the shape the library asks for.</summary>
internal sealed class DialledSocket(Socket socket) : ITcpClient
{
    public bool Connected => socket.Connected;

    public TimeSpan ReceiveTimeout
    {
        get => TimeSpan.FromMilliseconds(socket.ReceiveTimeout);
        set => socket.ReceiveTimeout = (int)value.TotalMilliseconds;
    }

    public Socket Client => socket;

    /// <summary>Does nothing: the address was checked and dialled by the host's network.</summary>
    public Task ConnectAsync(IPAddress host, int port, CancellationToken cancellationToken = default) =>
        Task.CompletedTask;

    public NetworkStream GetStream() => new(socket, ownsSocket: true);

    public void Close() => socket.Dispose();

    public void Dispose() => socket.Dispose();
}
