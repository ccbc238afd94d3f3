namespace Yyc3.Connectors.Clients.Tests;

/// <summary>What the README tells a newcomer to type.</summary>
public sealed class ReadmeTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const int Patience = 240_000;

    [Fact(Timeout = Patience)]
    public Task Commands_of_the_readme_do_what_it_promises() =>
        Client.TourAsync(host, "bash", "bash curl", "tour-readme.sh");
}
