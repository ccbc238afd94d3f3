using Grpc.Core;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;

namespace Yyc3.Connectors.Rpc.Tests.Server.Wire;

internal sealed class TestCallService(CallHandlers handlers) : CallService.CallServiceBase
{
    public override Task<EchoReply> Echo(EchoRequest request, ServerCallContext context) =>
        handlers.Echo(request, context);

    public override Task<EchoReply> Collect(IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context) =>
        handlers.Collect(requestStream, context);

    public override Task Expand(
        EchoRequest request,
        IServerStreamWriter<EchoReply> responseStream,
        ServerCallContext context
    ) => handlers.Expand(request, responseStream, context);

    public override Task Chat(
        IAsyncStreamReader<EchoRequest> requestStream,
        IServerStreamWriter<EchoReply> responseStream,
        ServerCallContext context
    ) => handlers.Chat(requestStream, responseStream, context);
}
