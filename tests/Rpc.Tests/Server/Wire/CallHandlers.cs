using Grpc.Core;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;

namespace Yyc3.Connectors.Rpc.Tests.Server.Wire;

/// <summary>What the methods of the test service do; a test replaces the one it is about.</summary>
internal sealed class CallHandlers
{
    public Func<EchoRequest, ServerCallContext, Task<EchoReply>> Echo { get; set; } =
        (request, _) => Task.FromResult(new EchoReply { Text = request.Text, Data = request.Data });

    public Func<IAsyncStreamReader<EchoRequest>, ServerCallContext, Task<EchoReply>> Collect { get; set; } =
        async (requests, context) =>
        {
            var texts = new List<string>();
            await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
            {
                texts.Add(request.Text);
            }
            return new EchoReply { Text = string.Join(',', texts) };
        };

    public Func<EchoRequest, IServerStreamWriter<EchoReply>, ServerCallContext, Task> Expand { get; set; } =
        async (request, replies, _) =>
        {
            foreach (var character in request.Text)
            {
                await replies.WriteAsync(new EchoReply { Text = character.ToString() });
            }
        };

    public Func<
        IAsyncStreamReader<EchoRequest>,
        IServerStreamWriter<EchoReply>,
        ServerCallContext,
        Task
    > Chat { get; set; } =
        async (requests, replies, context) =>
        {
            await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
            {
                await replies.WriteAsync(new EchoReply { Text = "re:" + request.Text });
            }
        };
}
