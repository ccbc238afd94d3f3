using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class StatusTests
{
    private const string Secret = "password=hunter2";

    [Fact]
    public async Task A_failure_before_any_message_travels_in_the_headers()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, "gone"));

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));

        Assert.True(reply.IsTrailersOnly);
        Assert.Equal((StatusCode.NotFound, "gone"), (reply.Status, reply.Message));
    }

    [Fact]
    public async Task A_failure_after_a_message_travels_in_the_trailers()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Expand = async (_, replies, context) =>
        {
            await replies.WriteAsync(new EchoReply { Text = "first" });
            context.ResponseTrailers.Add("x-mine", "1");
            throw new RpcException(new Status(StatusCode.Aborted, "enough"));
        };

        var reply = await server.CallAsync(RpcTestServer.Expand, WireFrames.Text(""));

        Assert.Equal(["first"], reply.Texts);
        Assert.False(reply.IsTrailersOnly);
        Assert.Equal("10", reply.Trailers["grpc-status"]);
        Assert.Equal("1", reply.Trailers["x-mine"]);
    }

    [Fact]
    public async Task Details_of_a_failure_reach_the_client()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, context) =>
            throw RichStatus
                .Create(RpcErrors.RateLimited, ErrorLanguages.Of(context))
                .About("text", "too often")
                .ToException();

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));

        Assert.Equal(StatusCode.ResourceExhausted, reply.Status);
        Assert.Equal(
            ("RATE_LIMITED", "text", "too often"),
            (reply.Details?.Code, reply.Details?.Field, reply.Details?.Reason)
        );
    }

    [Fact]
    public async Task A_bare_status_gets_the_details_it_implies()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, "gone"));
        server.Handlers.Collect = (_, context) =>
        {
            context.Status = new Status(StatusCode.FailedPrecondition, "not now");
            return Task.FromResult(new EchoReply { Text = "unseen" });
        };

        var thrown = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));
        var set = await server.CallAsync(RpcTestServer.Collect, []);

        Assert.Equal(("NOT_FOUND", "gone"), (thrown.Details?.Code, thrown.Details?.Message));
        Assert.Equal((StatusCode.FailedPrecondition, "FAILED_PRECONDITION"), (set.Status, set.Details?.Code));
        Assert.Empty(set.Frames);
    }

    [Fact]
    public async Task An_unexpected_exception_is_logged_once_and_tells_the_client_nothing()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, _) => throw new InvalidOperationException(Secret);

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));

        Assert.Equal((StatusCode.Internal, "INTERNAL"), (reply.Status, reply.Details?.Code));
        Assert.DoesNotContain(reply.Headers.Values.Concat(reply.Trailers.Values), text => text.Contains("hunter"));
        Assert.Equal(Secret, Assert.Single(server.Logs.Entries).Exception?.Message);
    }

    [Fact]
    public async Task Detailed_errors_name_the_exception()
    {
        await using var server = await RpcTestServer.StartAsync(options => options.EnableDetailedErrors = true);
        server.Handlers.Echo = (_, _) => throw new InvalidOperationException("because");

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));

        Assert.Equal("InvalidOperationException: because", reply.Message);
    }

    [Theory]
    [InlineData("zh-CN,zh;q=0.9", "服务器处理请求失败。")]
    [InlineData("en-GB", "The server failed to handle the request.")]
    public async Task Messages_speak_the_language_of_the_client(string language, string message)
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, _) => throw new InvalidOperationException();

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""), ("accept-language", language));

        Assert.Equal(message, reply.Message);
        Assert.Equal(message, reply.Details?.Message);
    }

    [Fact]
    public async Task A_handler_that_returns_nothing_is_no_success()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = (_, _) => Task.FromResult<EchoReply>(null!);

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));

        Assert.Equal(StatusCode.Cancelled, reply.Status);
    }
}
