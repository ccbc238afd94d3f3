namespace Yyc3.Connectors.Clients.Tests;

/// <summary>REST from the command line.</summary>
public sealed class CurlTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const int Patience = 240_000;

    [Fact(Timeout = Patience)]
    public Task Curl_tours_files_rows_messages_versions_and_errors() =>
        Client.TourAsync(host, "bash", "bash curl nodejs", "tour-curl.sh");
}
