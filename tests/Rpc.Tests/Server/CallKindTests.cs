using Yyc3.Connectors.Rpc.Tests.Calls.V1;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;
using StatusCode = Grpc.Core.StatusCode;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class CallKindTests
{
    [Fact]
    public async Task Unary_call_answers_one_message_and_puts_the_status_in_the_trailers()
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text("hello"));

        Assert.Equal(200, reply.HttpStatus);
        Assert.Equal("application/grpc", reply.Headers["content-type"]);
        Assert.Equal(["hello"], reply.Texts);
        Assert.Equal("0", reply.Trailers["grpc-status"]);
        Assert.False(reply.IsTrailersOnly);
    }

    [Fact]
    public async Task Client_stream_is_read_to_its_end_and_answered_once()
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallAsync(
            RpcTestServer.Collect,
            [.. WireFrames.Text("a"), .. WireFrames.Text("b"), .. WireFrames.Text("c")]
        );

        Assert.Equal(["a,b,c"], reply.Texts);
        Assert.Equal(StatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task Server_stream_answers_message_after_message()
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallAsync(RpcTestServer.Expand, WireFrames.Text("xyz"));

        Assert.Equal(["x", "y", "z"], reply.Texts);
        Assert.Equal(StatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task Duplex_stream_answers_while_the_request_is_still_open()
    {
        await using var server = await RpcTestServer.StartAsync();
        using var body = new LiveBody();
        body.Send(WireFrames.Text("one"));
        using var response = await server.BeginAsync(RpcTestServer.Chat, body, TestContext.Current.CancellationToken);
        var replies = new LiveReplies(await response.Content.ReadAsStreamAsync());

        Assert.Equal("re:one", (await replies.NextAsync(EchoReply.Parser))?.Text);
        body.Send(WireFrames.Text("two"));
        Assert.Equal("re:two", (await replies.NextAsync(EchoReply.Parser))?.Text);
        body.End();

        Assert.Null(await replies.NextAsync(EchoReply.Parser));
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task A_message_may_arrive_byte_by_byte()
    {
        await using var server = await RpcTestServer.StartAsync();
        using var body = new LiveBody();
        foreach (var single in WireFrames.Text("drip"))
        {
            body.Send([single]);
        }
        body.End();

        using var response = await server.BeginAsync(RpcTestServer.Echo, body, TestContext.Current.CancellationToken);
        var reply = await RawReply.ReadAsync(response);

        Assert.Equal(["drip"], reply.Texts);
    }

    [Fact]
    public async Task An_unknown_method_is_unimplemented_in_the_headers()
    {
        await using var server = await RpcTestServer.StartAsync();

        var method = await server.CallAsync("/calls.v1.CallService/Nothing", WireFrames.Text(""));
        var service = await server.CallAsync("/no.Such/Thing", WireFrames.Text(""));

        Assert.Equal((200, StatusCode.Unimplemented, true), (method.HttpStatus, method.Status, method.IsTrailersOnly));
        Assert.Equal((200, StatusCode.Unimplemented), (service.HttpStatus, service.Status));
    }

    [Fact]
    public async Task A_path_that_is_no_call_stays_404()
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.SendAsync(
            server.Request("/no.Such/Thing", new ByteArrayContent([]), "application/json")
        );

        Assert.Equal(404, reply.HttpStatus);
    }

    [Fact]
    public async Task A_content_type_other_than_grpc_is_refused()
    {
        await using var server = await RpcTestServer.StartAsync();

        var json = await server.SendAsync(
            server.Request(RpcTestServer.Echo, new ByteArrayContent([]), "application/json")
        );
        var overHttp1 = await server.CallWebAsync(RpcTestServer.Echo, WireFrames.Text("x"), "application/grpc");

        Assert.Equal(415, json.HttpStatus);
        Assert.Equal(426, overHttp1.HttpStatus);
    }
}
