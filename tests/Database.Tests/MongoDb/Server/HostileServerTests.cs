using System.Net;
using System.Net.Sockets;
using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Server;

/// <summary>A server that answers nonsense is told as such, soon, and takes nothing down.</summary>
public sealed class HostileServerTests : IDisposable
{
    private readonly ConnectorHarness _harness = new();

    [Theory]
    [InlineData("ffffffff 00000000 01000000 dd070000")]
    [InlineData("00000000 00000000 01000000 dd070000")]
    [InlineData("ffffff7f 00000000 01000000 dd070000")]
    [InlineData("1a000000 00000000 02000000 dd070000 00000000 00 05000000 00")]
    [InlineData("1a000000 00000000 01000000 01000000 00000000 00 05000000 00")]
    [InlineData("1a000000 00000000 01000000 dd070000 02000000 00 05000000 00")]
    [InlineData("1a000000 00000000 01000000 dd070000 00000000 01 05000000 00")]
    [InlineData("1a000000 00000000 01000000 dd070000 00000000 00 06000000 00")]
    [InlineData("1b000000 00000000 01000000 dd070000 00000000 00 05000000 00 00")]
    [InlineData("48545450 2f312e31 20343030 20426164 20526571")]
    public async Task Answer_that_is_no_message_is_malformed(string answer) =>
        Assert.Equal("MALFORMED_ANSWER", await CheckAsync(answer));

    [Theory]
    [InlineData("")]
    [InlineData("1a000000 0000")]
    [InlineData("00000002 00000000 01000000 dd070000 00000000 00")]
    public async Task Answer_that_is_cut_off_is_a_lost_connection(string answer) =>
        Assert.Equal("CONNECTION_LOST", await CheckAsync(answer));

    public void Dispose() => _harness.Dispose();

    private async Task<string?> CheckAsync(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, Convert.FromHexString(answer.Replace(" ", "", StringComparison.Ordinal)));
        using var connector = new MongoDbConnector(
            _harness.Context(
                new
                {
                    host = "127.0.0.1",
                    port = ((IPEndPoint)listener.LocalEndpoint).Port,
                    database = "d",
                }
            )
        );
        var report = await connector.CheckAsync(default).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        await answering;
        return report.Code;
    }

    private static async Task AnswerAsync(TcpListener listener, byte[] answer)
    {
        using var socket = await listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[4096]);
        await socket.SendAsync(answer);
        socket.Shutdown(SocketShutdown.Send);
        _ = await socket.ReceiveAsync(new byte[1]);
    }
}
