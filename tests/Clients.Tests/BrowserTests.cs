namespace Yyc3.Connectors.Clients.Tests;

/// <summary>gRPC-Web and REST from a page of another origin in Chromium.</summary>
public sealed class BrowserTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const int Patience = 240_000;

    [Fact(Timeout = Patience)]
    public Task Connect_web_tours_in_a_browser_from_a_listed_origin_only() =>
        Client.TourAsync(host, "node", "nodejs chromium", "tour-browser.mjs");
}
