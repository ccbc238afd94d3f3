namespace Yyc3.Connectors.Clients.Tests;

/// <summary>The API reference, by a validator of the OpenAPI schema.</summary>
public sealed class OpenApiTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const int Patience = 240_000;

    [Fact(Timeout = Patience)]
    public Task The_running_hosts_document_is_valid() => Client.TourAsync(host, "node", "nodejs", "check-openapi.mjs");
}
