using Grpc.Core;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class MetadataTests
{
    private static readonly byte[] Bytes = [0, 1, 254, 255];

    [Fact]
    public async Task Metadata_and_bytes_travel_both_ways()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([
                new Metadata.Entry("x-text", context.RequestHeaders.GetValue("x-text")!),
                new Metadata.Entry("x-data-bin", context.RequestHeaders.GetValueBytes("x-data-bin")!),
            ]);
            context.ResponseTrailers.Add("x-end-bin", Bytes);
            context.ResponseTrailers.Add("x-end", "done");
            return new EchoReply { Text = context.RequestHeaders.GetAll("x-many-bin").Count().ToString() };
        };

        var reply = await server.CallAsync(
            RpcTestServer.Echo,
            WireFrames.Text(""),
            ("x-text", "hello"),
            ("x-data-bin", Convert.ToBase64String(Bytes).TrimEnd('=')),
            ("x-many-bin", "AA==,AQ")
        );

        Assert.Equal("hello", reply.Headers["x-text"]);
        Assert.Equal(Convert.ToBase64String(Bytes).TrimEnd('='), reply.Headers["x-data-bin"]);
        Assert.Equal(Convert.ToBase64String(Bytes).TrimEnd('='), reply.Trailers["x-end-bin"]);
        Assert.Equal("done", reply.Trailers["x-end"]);
        Assert.Equal(["2"], reply.Texts);
    }

    [Fact]
    public async Task Malformed_bytes_are_refused_by_name()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, context) =>
            Task.FromResult(new EchoReply { Text = context.RequestHeaders.Count.ToString() });

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""), ("x-data-bin", "not base64!"));

        Assert.Equal(StatusCode.InvalidArgument, reply.Status);
        Assert.Equal("x-data-bin", reply.Details?.Field);
    }

    [Fact]
    public async Task Headers_of_the_transport_are_no_metadata()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, context) =>
            Task.FromResult(
                new EchoReply { Text = string.Join(',', context.RequestHeaders.Select(entry => entry.Key)) }
            );

        var reply = await server.CallAsync(
            RpcTestServer.Echo,
            WireFrames.Text(""),
            ("grpc-timeout", "10S"),
            ("grpc-accept-encoding", "gzip"),
            ("x-mine", "1")
        );

        Assert.DoesNotContain(reply.Texts[0].Split(','), key => key is "te" or "content-type" or "grpc-timeout");
        Assert.Contains("x-mine", reply.Texts[0].Split(','));
    }

    [Fact]
    public async Task Headers_can_be_sent_once_only()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            var again = await Record.ExceptionAsync(() => context.WriteResponseHeadersAsync([]));
            return new EchoReply { Text = again?.GetType().Name ?? "" };
        };

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));

        Assert.Equal([nameof(InvalidOperationException)], reply.Texts);
    }

    [Fact]
    public async Task The_context_knows_peer_host_method_and_request()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, context) =>
            Task.FromResult(
                new EchoReply
                {
                    Text = $"{context.Peer}|{context.Host}|{context.Method}|{context.GetHttpContextPath()}",
                }
            );

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));

        Assert.Matches(
            @"^ipv4:127\.0\.0\.1:\d+\|127\.0\.0\.1:\d+\|(/calls\.v1\.CallService/Echo)\|\1$",
            reply.Texts[0]
        );
    }

    [Fact]
    public async Task A_status_message_keeps_every_character()
    {
        const string Message = "Größe 100% \t 测试 😀\n";
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, _) => throw new RpcException(new Status(StatusCode.Aborted, Message));

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));

        Assert.Equal(Message, reply.Message);
        Assert.All(reply.Find("grpc-message")!, character => Assert.InRange(character, ' ', '~'));
        Assert.Contains("%E6%B5%8B", reply.Find("grpc-message"), StringComparison.Ordinal);
    }
}
