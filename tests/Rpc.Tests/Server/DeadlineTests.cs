using Yyc3.Connectors.Rpc.Tests.Calls.V1;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;
using StatusCode = Grpc.Core.StatusCode;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class DeadlineTests
{
    [Fact]
    public async Task A_handler_that_ignores_its_token_does_not_hold_up_the_answer()
    {
        await using var server = await RpcTestServer.StartAsync();
        var release = new TaskCompletionSource();
        var ended = new TaskCompletionSource<string>();
        server.Handlers.Echo = async (_, context) =>
        {
            await release.Task;
            ended.SetResult(context.GetHttpContextPath());
            return new EchoReply();
        };

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""), ("grpc-timeout", "50m"));

        Assert.Equal(StatusCode.DeadlineExceeded, reply.Status);
        Assert.Equal("DEADLINE_EXCEEDED", reply.Details?.Code);
        Assert.False(ended.Task.IsCompleted);
        release.SetResult();
        Assert.Equal(RpcTestServer.Echo, await ended.Task);
    }

    [Fact]
    public async Task A_late_handler_can_send_nothing_any_more()
    {
        await using var server = await RpcTestServer.StartAsync();
        var release = new TaskCompletionSource();
        var refused = new TaskCompletionSource<Exception?>();
        server.Handlers.Expand = async (_, replies, _) =>
        {
            await release.Task;
            refused.SetResult(await Record.ExceptionAsync(() => replies.WriteAsync(new EchoReply { Text = "late" })));
        };
        var refusedHeaders = new TaskCompletionSource<Exception?>();
        server.Handlers.Echo = async (_, context) =>
        {
            await release.Task;
            refusedHeaders.SetResult(await Record.ExceptionAsync(() => context.WriteResponseHeadersAsync([])));
            return new EchoReply();
        };

        var reply = await server.CallAsync(RpcTestServer.Expand, WireFrames.Text(""), ("grpc-timeout", "50m"));
        var unary = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""), ("grpc-timeout", "50m"));
        release.SetResult();

        Assert.Equal((StatusCode.DeadlineExceeded, StatusCode.DeadlineExceeded), (reply.Status, unary.Status));
        Assert.Empty(reply.Texts);
        Assert.NotNull(await refused.Task);
        Assert.Equal("The call has ended.", (await refusedHeaders.Task)?.Message);
    }

    [Fact]
    public async Task What_a_handler_has_registered_on_its_token_may_throw_and_the_server_goes_on()
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Handlers.Echo = async (_, context) =>
        {
            // Unhandled on the timer's thread, it would end this process.
            context.CancellationToken.Register(() => throw new InvalidOperationException("a fault"));
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return new EchoReply();
        };

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""), ("grpc-timeout", "40m"));
        Assert.Equal(StatusCode.DeadlineExceeded, reply.Status);
        server.Handlers.Echo = (_, _) => Task.FromResult(new EchoReply());
        Assert.Equal(StatusCode.OK, (await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""))).Status);
    }

    [Fact]
    public async Task A_handler_sees_its_deadline_and_a_cancelled_token()
    {
        await using var server = await RpcTestServer.StartAsync();
        var seen = new TaskCompletionSource<DateTime>();
        server.Handlers.Echo = async (_, context) =>
        {
            var cancelled = new TaskCompletionSource();
            await using var registration = context.CancellationToken.Register(cancelled.SetResult);
            await cancelled.Task;
            seen.SetResult(context.Deadline);
            context.CancellationToken.ThrowIfCancellationRequested();
            return new EchoReply();
        };

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""), ("grpc-timeout", "40m"));

        Assert.Equal(StatusCode.DeadlineExceeded, reply.Status);
        Assert.Equal(DateTimeKind.Utc, (await seen.Task).Kind);
    }

    [Fact]
    public async Task A_deadline_in_the_future_changes_nothing()
    {
        await using var server = await RpcTestServer.StartAsync();

        var soon = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text("a"), ("grpc-timeout", "30S"));
        var never = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text("b"), ("grpc-timeout", "99999999H"));

        Assert.Equal(["a"], soon.Texts);
        Assert.Equal(["b"], never.Texts);
    }

    [Theory]
    [InlineData("10")]
    [InlineData("m")]
    [InlineData("123456789m")]
    [InlineData("-5m")]
    [InlineData("5x")]
    public async Task A_malformed_timeout_is_refused_by_name(string timeout)
    {
        await using var server = await RpcTestServer.StartAsync();

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""), ("grpc-timeout", timeout));

        Assert.Equal(StatusCode.InvalidArgument, reply.Status);
        Assert.Equal("grpc-timeout", reply.Details?.Field);
    }
}
