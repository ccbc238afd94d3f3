using System.Collections.Concurrent;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class GrpcWebTests
{
    private const string Binary = "application/grpc-web";
    private const string Text = "application/grpc-web-text";

    [Fact]
    public async Task Binary_call_over_http_1_ends_with_a_trailer_frame()
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallWebAsync(RpcTestServer.Echo, WireFrames.Text("web"), Binary);

        Assert.Equal("application/grpc-web+proto", reply.Headers["content-type"]);
        Assert.Equal(["web"], reply.Texts);
        Assert.Equal("0", reply.Trailers["grpc-status"]);
    }

    [Fact]
    public async Task Text_call_is_base64_both_ways()
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallWebAsync(RpcTestServer.Expand, Encode(WireFrames.Text("abc")), Text);

        Assert.Equal("application/grpc-web-text+proto", reply.Headers["content-type"]);
        Assert.Equal(["a", "b", "c"], reply.Texts);
        Assert.Equal("0", reply.Trailers["grpc-status"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Text_body_may_consist_of_padded_chunks(int chunk)
    {
        await using var server = await RpcTestServer.StartAsync();
        var plain = WireFrames.Text(new string('x', 5000));
        var body = plain.Chunk(chunk).SelectMany(Encode).ToArray();

        var reply = await server.CallWebAsync(RpcTestServer.Echo, body, Text);

        Assert.Equal([new string('x', 5000)], reply.Texts);
    }

    [Theory]
    [InlineData("AAAA!AAA")]
    [InlineData("AAAAA")]
    public async Task A_text_body_that_is_no_base64_is_an_internal_error(string body)
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallWebAsync(RpcTestServer.Echo, Encoding.ASCII.GetBytes(body), Text);

        Assert.Equal((200, StatusCode.Internal), (reply.HttpStatus, reply.Status));
    }

    [Theory]
    [InlineData(Text, "AAAA!AAA")]
    [InlineData(Text, "AAAAA")]
    [InlineData(Text, "AgAAAAA=")]
    [InlineData(Text, "AH////8=")]
    [InlineData(Binary, "\u0002\0\0\0\0")]
    [InlineData(Binary, "\0\u007f\0\0\0")]
    [InlineData(Binary, "\0\0\0\0\u0001\u0007")]
    [InlineData(Binary, "\0\0\0")]
    public async Task A_refused_body_does_not_end_the_connection(string type, string body)
    {
        var connections = new ConcurrentDictionary<string, bool>();
        await using var server = await RpcTestServer.StartAsync(pipeline: app =>
            app.Use(
                (http, next) =>
                {
                    connections[http.Connection.Id] = true;
                    return next(http);
                }
            )
        );

        for (var i = 0; i < 5; i++)
        {
            var refused = await server.CallWebAsync(RpcTestServer.Echo, Encoding.Latin1.GetBytes(body), type);
            var good = await server.CallWebAsync(RpcTestServer.Echo, WireFrames.Text("on"), Binary);

            Assert.NotEqual(StatusCode.OK, refused.Status);
            Assert.Equal(["on"], good.Texts);
        }

        Assert.Single(connections);
    }

    [Fact]
    public async Task Failures_carry_message_metadata_and_details_in_the_trailer_frame()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, context) =>
        {
            context.ResponseTrailers.Add("x-mine", "1");
            throw new RpcException(new Status(StatusCode.NotFound, "über"));
        };

        var reply = await server.CallWebAsync(RpcTestServer.Echo, WireFrames.Text(""), Binary);

        Assert.Equal((StatusCode.NotFound, "über"), (reply.Status, reply.Message));
        Assert.Equal(("1", "NOT_FOUND"), (reply.Trailers["x-mine"], reply.Details?.Code));
    }

    [Fact]
    public async Task A_deadline_ends_a_web_call_whose_handler_ignores_it()
    {
        await using var server = await RpcTestServer.StartAsync();
        var release = new TaskCompletionSource();
        server.Handlers.Echo = async (_, _) =>
        {
            await release.Task;
            return new EchoReply();
        };

        var reply = await server.CallWebAsync(RpcTestServer.Echo, WireFrames.Text(""), Binary, ("grpc-timeout", "50m"));
        release.SetResult();

        Assert.Equal(StatusCode.DeadlineExceeded, reply.Status);
    }

    [Fact]
    public async Task An_unknown_web_method_is_unimplemented()
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallWebAsync("/calls.v1.CallService/Nothing", WireFrames.Text(""), Binary);

        Assert.Equal((200, StatusCode.Unimplemented), (reply.HttpStatus, reply.Status));
    }

    private static byte[] Encode(byte[] plain) => Encoding.ASCII.GetBytes(Convert.ToBase64String(plain));
}
