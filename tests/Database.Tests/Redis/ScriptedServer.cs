using System.Net;
using System.Net.Sockets;
using System.Text;
using Yyc3.Connectors.Redis.Protocol;

namespace Yyc3.Connectors.Database.Tests.Redis;

/// <summary>A server that answers what a test says; null is silence, an empty text hangs up.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    /// <summary>Enough of a table for <c>GET</c> and <c>SET</c>.</summary>
    public const string Table =
        "*2\r\n*3\r\n$3\r\nget\r\n:2\r\n*1\r\n+readonly\r\n*3\r\n$3\r\nset\r\n:-3\r\n*1\r\n+write\r\n";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string[], Task<string?>> _answer;
    private readonly Task _accepting;
    private int _connections;

    public ScriptedServer(Func<string[], string?> answer)
        : this(command => Task.FromResult(answer(command))) { }

    public ScriptedServer(Func<string[], Task<string?>> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Answers login and table as a server does; the rest is the test's.</summary>
    /// <param name="answer">The answer to a command.</param>
    /// <param name="before">What each answer waits for.</param>
    public static ScriptedServer AfterLogin(Func<string[], string?> answer, Func<string[], Task>? before = null) =>
        new(async command =>
        {
            switch (command[0])
            {
                case "HELLO":
                    return "%1\r\n+proto\r\n:3\r\n";
                case "COMMAND":
                    return Table;
                default:
                    await (before?.Invoke(command) ?? Task.CompletedTask);
                    return answer(command);
            }
        });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var closing = client;
        try
        {
            var stream = client.GetStream();
            using var reader = new RespReader(stream, 1024 * 1024);
            while (true)
            {
                var command = await reader.ReadValueAsync(await reader.ReadHeaderAsync(_stop.Token), _stop.Token);
                string[] words = [.. command.Items.Select(item => item.Text ?? "")];
                switch (await _answer(words).WaitAsync(_stop.Token))
                {
                    case null:
                        break;
                    case "":
                        return;
                    case { } text:
                        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), _stop.Token);
                        break;
                }
            }
        }
        catch (Exception fault)
            when (fault is IOException or OperationCanceledException or RespProtocolException or ObjectDisposedException
            )
        {
            // The other side has gone, or the test is over.
        }
    }
}
