using System.Net.Sockets;

namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>One open connection that has logged in. Used by one statement at a time, or by a <see cref="RespPipeline"/>.</summary>
internal sealed class RespChannel(Socket socket, Stream stream, int limit) : IAsyncDisposable
{
    /// <summary>Version of the protocol that both sides speak.</summary>
    public int Version { get; set; } = 3;

    public Stream Stream { get; } = stream;

    public RespReader Reader { get; } = new(stream, limit);

    /// <summary>
    /// Whether an idle connection may be used again: an answer that nobody read, or the server's goodbye, makes it useless.
    /// </summary>
    public bool IsUsable()
    {
        try
        {
            return Reader.IsEmpty && !socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Sends commands.</summary>
    public ValueTask SendAsync(RequestBuffer request, CancellationToken cancellationToken) =>
        Stream.WriteAsync(request.Memory, cancellationToken);

    /// <summary>Reads one answer whole.</summary>
    public async ValueTask<RespValue> ReadAsync(CancellationToken cancellationToken) =>
        await Reader.ReadValueAsync(await Reader.ReadHeaderAsync(cancellationToken), cancellationToken);

    /// <summary>Reads one answer of which only the size counts.</summary>
    public async ValueTask<RespValue> ReadSummaryAsync(CancellationToken cancellationToken) =>
        await Reader.ReadSummaryAsync(await Reader.ReadHeaderAsync(cancellationToken), cancellationToken);

    /// <summary>Closes the connection; nothing may be reading.</summary>
    public async ValueTask DisposeAsync()
    {
        // Without the farewell of TLS: the other side may not be listening any more.
        socket.Dispose();
        try
        {
            await Stream.DisposeAsync();
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or SocketException)
        {
            // Closed it is.
        }

        Reader.Dispose();
    }

    /// <summary>Breaks the connection under whoever reads or writes.</summary>
    public void Abort() => socket.Dispose();
}
