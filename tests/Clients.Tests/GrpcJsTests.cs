namespace Yyc3.Connectors.Clients.Tests;

/// <summary>gRPC from Node.js.</summary>
public sealed class GrpcJsTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const int Patience = 240_000;

    [Fact(Timeout = Patience)]
    public Task Grpc_js_tours_files_rows_messages_and_errors() =>
        Client.TourAsync(host, "node", "nodejs", "tour-grpcjs.mjs");
}
