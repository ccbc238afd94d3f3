using Google.Protobuf;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class CompressionTests
{
    private static readonly EchoRequest Large = new() { Text = "big", Data = ByteString.CopyFrom(new byte[50_000]) };

    [Fact]
    public async Task Gzip_is_taken_and_given()
    {
        await using var server = await RpcTestServer.StartAsync(options =>
            options.ResponseCompressionAlgorithm = "gzip"
        );

        var reply = await server.CallAsync(
            RpcTestServer.Echo,
            WireFrames.Gzip(Large),
            ("grpc-encoding", "gzip"),
            ("grpc-accept-encoding", "identity, gzip")
        );

        Assert.Equal("gzip", reply.Headers["grpc-encoding"]);
        Assert.Equal(1, Assert.Single(reply.Frames).Flag);
        Assert.InRange(reply.Frames[0].Payload.Length, 1, 5_000);
        Assert.Equal(50_000, reply.Replies.Single().Data.Length);
    }

    [Fact]
    public async Task A_client_that_does_not_take_gzip_gets_plain_messages()
    {
        await using var server = await RpcTestServer.StartAsync(options =>
            options.ResponseCompressionAlgorithm = "gzip"
        );

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Of(Large));

        Assert.Equal(0, Assert.Single(reply.Frames).Flag);
        Assert.False(reply.Headers.ContainsKey("grpc-encoding"));
    }

    [Fact]
    public async Task A_handler_can_leave_single_messages_uncompressed()
    {
        await using var server = await RpcTestServer.StartAsync(options =>
            options.ResponseCompressionAlgorithm = "gzip"
        );
        server.Handlers.Expand = async (_, replies, _) =>
        {
            await replies.WriteAsync(new EchoReply { Text = "packed" });
            replies.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
            await replies.WriteAsync(new EchoReply { Text = "plain" });
        };

        var reply = await server.CallAsync(RpcTestServer.Expand, WireFrames.Text(""), ("grpc-accept-encoding", "gzip"));

        Assert.Equal([1, 0], reply.Frames.Select(frame => (int)frame.Flag));
        Assert.Equal(["packed", "plain"], reply.Texts);
    }

    [Fact]
    public async Task An_unknown_encoding_is_unimplemented_and_the_known_ones_are_named()
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Gzip(Large), ("grpc-encoding", "zstd"));

        Assert.Equal(StatusCode.Unimplemented, reply.Status);
        Assert.Equal("identity,gzip,deflate", reply.Headers["grpc-accept-encoding"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    public async Task A_compressed_message_without_an_encoding_is_an_internal_error(string? encoding)
    {
        await using var server = await RpcTestServer.StartAsync();
        (string, string)[] headers = encoding is null ? [] : [("grpc-encoding", encoding)];

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Gzip(Large), headers);

        Assert.Equal(StatusCode.Internal, reply.Status);
    }

    [Fact]
    public async Task Bytes_that_are_no_gzip_are_an_internal_error()
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallAsync(
            RpcTestServer.Echo,
            WireFrames.Raw(1, [1, 2, 3, 4, 5]),
            ("grpc-encoding", "gzip")
        );

        Assert.Equal(StatusCode.Internal, reply.Status);
        Assert.Empty(server.Logs.Entries);
    }
}
