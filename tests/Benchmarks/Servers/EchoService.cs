using Grpc.Core;
using Yyc3.Connectors.Benchmarks.Echo;

namespace Yyc3.Connectors.Benchmarks.Servers;

internal sealed class EchoService : Echo.EchoService.EchoServiceBase
{
    public override Task<EchoResponse> Echo(EchoRequest request, ServerCallContext context) =>
        Task.FromResult(new EchoResponse { Body = request.Body });
}
