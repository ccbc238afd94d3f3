using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

public sealed class ConnectionTests(RestServer server) : IClassFixture<RestServer>
{
    private const string Lines = "application/x-ndjson";
    private const string Json = "application/json";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, int> Refused =>
        new()
        {
            { "/lab/collect", Lines, "{\"number\":1}\n{\"number\":\"x\"}\n", 400 },
            { "/lab/collect", Lines, "{\"number\":1}\n{", 400 },
            { "/lab/collect", "text/plain", "{\"number\":1}\n", 415 },
            { "/lab/things", Json, "{", 400 },
            { "/lab/things", "text/plain", "{}", 415 },
            { "/lab/u-1/upload", "multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n", 400 },
            { "/lab/u-1/upload", "multipart/form-data; boundary=b", "no form", 400 },
            { "/lab/none", Json, "{}", 404 },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_refused_body_does_not_end_the_connection(string path, string type, string body, int status)
    {
        var connections = 0;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(status, await PostAsync(client, path, type, body, isChunked: i % 2 == 1));
            Assert.Equal(
                (int)HttpStatusCode.OK,
                await PostAsync(client, "/lab/collect", Lines, "{\"number\":1}\n", false)
            );
        }

        Assert.Equal(1, connections);
    }

    private static async Task<int> PostAsync(HttpClient client, string path, string type, string body, bool isChunked)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TransferEncodingChunked = isChunked;
        using var response = await client.SendAsync(request, Token);
        await response.Content.ReadAsByteArrayAsync(Token);
        return (int)response.StatusCode;
    }
}
