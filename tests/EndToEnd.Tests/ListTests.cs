using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class ListTests(HostProcess host) : IClassFixture<HostProcess>
{
    [Fact]
    public async Task Forty_one_integrations_fill_three_pages_of_twenty()
    {
        using var rest = host.Client();
        for (var number = 0; number < 41; number++)
        {
            await rest.CreateAsync("storage", "local-fs");
        }

        var first = (await rest.GetAsync("/v1/integrations")).Data;
        Assert.Equal("""{"page":1,"pageSize":20,"total":41,"totalPages":3}""", first["pagination"]!.ToJsonString());
        Assert.Equal(20, first["integrations"]!.AsArray().Count);
        Assert.Equal(
            ["id", "name", "type", "provider", "status", "createdAt"],
            first["integrations"]![0]!.AsObject().Select(member => member.Key)
        );
        Assert.Single((await rest.GetAsync("/v1/integrations?page=3")).Data["integrations"]!.AsArray());
        var beyond = await rest.GetAsync("/v1/integrations?page=99");
        Assert.Equal(200, beyond.Status);
        Assert.Empty(beyond.Data["integrations"]!.AsArray());
        Assert.Empty((await rest.GetAsync("/v1/integrations?type=database")).Data["integrations"]!.AsArray());
    }

    [Fact]
    public async Task The_catalogue_lists_the_embedded_connectors_with_their_schemas()
    {
        using var rest = host.Client();
        var connectors = (await rest.GetAsync("/v1/connectors")).Data["connectors"]!.AsArray();
        Assert.Superset(
            new HashSet<string>(["local-fs", "local-queue", "sqlite"], StringComparer.Ordinal),
            connectors.Select(connector => connector!["id"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal)
        );
        Assert.All(connectors, connector => Assert.NotNull(connector!["configSchema"]!["properties"]));
        Assert.Equal("CONNECTOR_NOT_FOUND", (await rest.GetAsync("/v1/connectors/none")).Code);
    }
}
