namespace Yyc3.Connectors.Clients.Tests;

/// <summary>gRPC with reflection and gRPC-Web, by a tool that was given no code.</summary>
public sealed class BufCurlTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const int Patience = 240_000;

    [Fact(Timeout = Patience)]
    public Task Buf_curl_tours_over_gRPC_and_gRPC_Web() =>
        Client.TourAsync(host, "node", "nodejs", "tour-buf-curl.mjs");
}
