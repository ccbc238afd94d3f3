using System.Net;
using System.Net.Sockets;

namespace Yyc3.Connectors.Database.Tests.MySql;

/// <summary>Stands between client and server and can cut connections off without a word, as a firewall does.</summary>
internal sealed class SilentRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Line> _lines = [];
    private readonly int _server;
    private readonly Task _accepting;

    /// <summary>Starts.</summary>
    /// <param name="server">The server's port.</param>
    public SilentRelay(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections that the client has sent something on in vain.</summary>
    public int AskedInVain
    {
        get
        {
            lock (_lines)
            {
                return _lines.Count(line => line.WasAskedInVain);
            }
        }
    }

    /// <summary>Lets nothing pass on the connections opened last.</summary>
    /// <param name="count">How many; the others and those to come go on.</param>
    public void CutOff(int count)
    {
        lock (_lines)
        {
            _lines.TakeLast(count).ToList().ForEach(line => line.IsCut = true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var line = new Line();
                lock (_lines)
                {
                    _lines.Add(line);
                }

                passing.Add(PassAsync(line, client));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(Line line, Socket client)
    {
        using var closing = client;
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server, _stop.Token);
            await Task.WhenAny(PassAsync(line, client, server), PassAsync(line, server, client)).Unwrap();
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            // One side has gone, or the test is over.
        }
    }

    private async Task PassAsync(Line line, Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
        {
            if (line.IsCut)
            {
                line.WasAskedInVain = true;
            }
            else
            {
                await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
    }

    private sealed class Line
    {
        public volatile bool IsCut;
        public volatile bool WasAskedInVain;
    }
}
