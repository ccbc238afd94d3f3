namespace Yyc3.Connectors.Clients.Tests;

/// <summary>gRPC from Python.</summary>
public sealed class GrpcIoTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const int Patience = 240_000;

    [Fact(Timeout = Patience)]
    public Task Grpcio_tours_files_rows_messages_and_errors() =>
        Client.TourAsync(host, "/usr/bin/python3", "python3-grpcio", "tour_grpcio.py");
}
