using Yyc3.Connectors.Rpc.Tests.Calls.V1;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class CancellationTests
{
    [Fact]
    public async Task A_client_that_leaves_cancels_the_token_of_a_waiting_handler()
    {
        await using var server = await RpcTestServer.StartAsync();
        var entered = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        server.Handlers.Echo = async (_, context) =>
        {
            await using var registration = context.CancellationToken.Register(cancelled.SetResult);
            entered.SetResult();
            await cancelled.Task;
            throw new OperationCanceledException(context.CancellationToken);
        };
        using var leave = new CancellationTokenSource();
        using var body = new ByteArrayContent(WireFrames.Text(""));

        var call = server.BeginAsync(RpcTestServer.Echo, body, leave.Token);
        await entered.Task;
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cancelled.Task;
        Assert.Empty(server.Logs.Entries);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_a_read_of_its_stream()
    {
        await using var server = await RpcTestServer.StartAsync();
        var read = new TaskCompletionSource<Exception?>();
        server.Handlers.Chat = async (requests, replies, context) =>
        {
            await requests.MoveNext(context.CancellationToken);
            await replies.WriteAsync(new EchoReply());
            read.SetResult(await Record.ExceptionAsync(() => requests.MoveNext(context.CancellationToken)));
            throw await read.Task ?? new InvalidOperationException("The read should have failed.");
        };
        using var leave = new CancellationTokenSource();
        using var body = new LiveBody();
        body.Send(WireFrames.Text("first"));

        var response = await server.BeginAsync(RpcTestServer.Chat, body, leave.Token);
        var replies = new LiveReplies(await response.Content.ReadAsStreamAsync());
        await replies.NextAsync(EchoReply.Parser);
        response.Dispose();

        Assert.NotNull(await read.Task);
        Assert.Empty(server.Logs.Entries);
    }
}
