using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class HostileFrameTests
{
    private const int Limit = 4 * 1024 * 1024;

    [Theory]
    [InlineData(1u << 31)]
    [InlineData(uint.MaxValue)]
    [InlineData(Limit + 1u)]
    public async Task A_declared_length_beyond_the_limit_is_refused_before_its_bytes_arrive(uint length)
    {
        await using var server = await RpcTestServer.StartAsync();
        using var body = new LiveBody();
        body.Send(WireFrames.Header(0, length));

        // The body stays open: only an answer by the header alone can end this call.
        using var response = await server.BeginAsync(RpcTestServer.Echo, body, TestContext.Current.CancellationToken);
        var reply = await RawReply.ReadAsync(response);
        body.End();

        Assert.Equal(StatusCode.ResourceExhausted, reply.Status);
        Assert.Equal("PAYLOAD_TOO_LARGE", reply.Details?.Code);
    }

    [Fact]
    public async Task A_bomb_is_refused_and_costs_no_more_memory_than_a_full_message()
    {
        await using var server = await RpcTestServer.StartAsync();
        var bomb = WireFrames.Raw(1, WireFrames.Pack(new byte[200 * 1024 * 1024]));
        await server.CallAsync(RpcTestServer.Echo, WireFrames.Text("warm"));
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var reply = await server.CallAsync(RpcTestServer.Echo, bomb, ("grpc-encoding", "gzip"));

        Assert.Equal(StatusCode.ResourceExhausted, reply.Status);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 8L * Limit);
    }

    [Fact]
    public async Task A_message_of_exactly_the_limit_passes_and_one_byte_more_does_not()
    {
        await using var server = await RpcTestServer.StartAsync(options => options.MaxReceiveMessageSize = 100);
        var overhead = new EchoRequest { Data = ByteString.CopyFrom(new byte[50]) }.CalculateSize() - 50;

        var fits = await server.CallAsync(RpcTestServer.Echo, Sized(100 - overhead));
        var tooLong = await server.CallAsync(RpcTestServer.Echo, Sized(101 - overhead));
        var inflates = await server.CallAsync(
            RpcTestServer.Echo,
            WireFrames.Gzip(new EchoRequest { Data = ByteString.CopyFrom(new byte[101 - overhead]) }),
            ("grpc-encoding", "gzip")
        );

        Assert.Equal(StatusCode.OK, fits.Status);
        Assert.Equal(StatusCode.ResourceExhausted, tooLong.Status);
        Assert.Equal(StatusCode.ResourceExhausted, inflates.Status);
    }

    [Fact]
    public async Task A_response_beyond_the_send_limit_is_refused()
    {
        await using var server = await RpcTestServer.StartAsync(options => options.MaxSendMessageSize = 100);

        var reply = await server.CallAsync(RpcTestServer.Echo, Sized(200));

        Assert.Equal(StatusCode.ResourceExhausted, reply.Status);
        Assert.Empty(reply.Frames);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0x80)]
    [InlineData(255)]
    public async Task An_unknown_flag_is_an_internal_error(byte flag)
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Raw(flag, []));

        Assert.Equal(StatusCode.Internal, reply.Status);
    }

    [Fact]
    public async Task A_truncated_message_is_an_internal_error()
    {
        await using var server = await RpcTestServer.StartAsync();

        var inHeader = await server.CallAsync(RpcTestServer.Echo, [0, 0, 0]);
        var inPayload = await server.CallAsync(RpcTestServer.Echo, [.. WireFrames.Header(0, 10), 1, 2, 3]);
        var inStream = await server.CallAsync(
            RpcTestServer.Collect,
            [.. WireFrames.Text("a"), .. WireFrames.Header(0, 10), 1]
        );

        Assert.Equal(StatusCode.Internal, inHeader.Status);
        Assert.Equal(StatusCode.Internal, inPayload.Status);
        Assert.Equal(StatusCode.Internal, inStream.Status);
    }

    [Fact]
    public async Task Two_messages_or_none_for_a_unary_method_are_unimplemented()
    {
        await using var server = await RpcTestServer.StartAsync();

        var two = await server.CallAsync(RpcTestServer.Echo, [.. WireFrames.Text("a"), .. WireFrames.Text("b")]);
        var none = await server.CallAsync(RpcTestServer.Echo, []);

        Assert.Equal(StatusCode.Unimplemented, two.Status);
        Assert.Equal(StatusCode.Unimplemented, none.Status);
    }

    [Fact]
    public async Task Two_messages_that_arrive_apart_are_unimplemented_too()
    {
        await using var server = await RpcTestServer.StartAsync();
        using var body = new LiveBody();
        body.Send(WireFrames.Text("a"));
        var beginning = server.BeginAsync(RpcTestServer.Echo, body, TestContext.Current.CancellationToken);
        body.Send(WireFrames.Text("b"));
        body.End();

        using var response = await beginning;

        Assert.Equal(StatusCode.Unimplemented, (await RawReply.ReadAsync(response)).Status);
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_an_internal_error_without_a_log_entry()
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Raw(0, [0xFF, 0xFF, 0xFF]));

        Assert.Equal(StatusCode.Internal, reply.Status);
        Assert.Empty(server.Logs.Entries);
    }

    [Fact]
    public async Task A_connection_serves_on_after_every_kind_of_fault()
    {
        await using var server = await RpcTestServer.StartAsync();
        byte[][] faults = [WireFrames.Raw(9, [1]), WireFrames.Header(0, uint.MaxValue), [0], [0, 0, 0, 0, 9, 9]];

        foreach (var fault in faults)
        {
            Assert.NotEqual(StatusCode.OK, (await server.CallAsync(RpcTestServer.Echo, fault)).Status);
            Assert.Equal(["ok"], (await server.CallAsync(RpcTestServer.Echo, WireFrames.Text("ok"))).Texts);
            Assert.NotEqual(StatusCode.OK, (await server.CallWebAsync(RpcTestServer.Echo, fault)).Status);
            var web = await server.CallWebAsync(RpcTestServer.Echo, WireFrames.Text("web"));
            Assert.Equal(((int)HttpStatusCode.OK, "web"), (web.HttpStatus, web.Texts.Single()));
        }
    }

    private static byte[] Sized(int data) =>
        WireFrames.Of(new EchoRequest { Data = ByteString.CopyFrom(new byte[data]) });
}
