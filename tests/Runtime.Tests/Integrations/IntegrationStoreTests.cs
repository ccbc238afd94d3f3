using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>Integrations on disk and in memory say the same.</summary>
public sealed class IntegrationStoreTests : IAsyncLifetime
{
    private EngineBox _box = null!;

    public async ValueTask InitializeAsync() => _box = await EngineBox.CreateAsync();

    public ValueTask DisposeAsync() => _box.DisposeAsync();

    [Fact]
    public async Task What_was_added_comes_back_whole_in_another_process()
    {
        var options = new IntegrationOptions { MaxAttempts = 2, ConnectorVersion = "[1.0,2.0)" };
        var added = await _box.AddIntegrationAsync(options: options);
        var changed = await _box.ChangeAsync(
            added,
            before =>
                before with
                {
                    Name = "zwei 二",
                    IsActive = false,
                    Settings = JsonParser.Default.Parse<Struct>("""{"a":{"b":[1,null,"x"]}}"""),
                }
        );
        var found = await new IntegrationStore(_box.State.Store, _box.State.Changes).FindAsync(
            "default",
            added.Id,
            default
        );
        Assert.Equal(changed, found);
    }

    [Fact]
    public async Task Integration_of_another_tenant_is_not_there()
    {
        var integration = await _box.AddIntegrationAsync();
        Assert.Null(await _box.Integrations.FindAsync("acme", integration.Id, default));
        Assert.Null(
            await new IntegrationStore(_box.State.Store, _box.State.Changes).FindAsync("acme", integration.Id, default)
        );
        var (page, total) = await _box.Integrations.ListAsync("acme", null, null, 0, 10, default);
        Assert.Equal((0, 0L), (page.Count, total));
    }

    [Fact]
    public async Task Second_change_of_the_same_revision_loses()
    {
        var integration = await _box.AddIntegrationAsync();
        var first = integration with { Name = "first", Revision = 2 };
        Assert.True(await _box.Integrations.UpdateAsync(first, null, default));
        Assert.False(await _box.Integrations.UpdateAsync(first with { Name = "second" }, null, default));
        Assert.False(await _box.Integrations.DeleteAsync(integration, default));
        Assert.Equal("first", (await _box.Integrations.FindAsync("default", integration.Id, default))!.Name);
    }

    [Fact]
    public async Task Deleted_integration_takes_its_credentials_along()
    {
        var integration = await _box.AddIntegrationAsync();
        Assert.Equal(1, await _box.State.CountAsync("credentials"));
        Assert.True(await _box.Integrations.DeleteAsync(integration, default));
        Assert.Equal(0, await _box.State.CountAsync("credentials"));
        Assert.Null(await _box.Integrations.FindAsync("default", integration.Id, default));
    }

    [Fact]
    public async Task Reader_that_races_a_deletion_never_brings_the_integration_back()
    {
        for (var round = 0; round < 50; round++)
        {
            var integration = await _box.AddIntegrationAsync();
            var store = new IntegrationStore(_box.State.Store, _box.State.Changes);
            var readers = Enumerable
                .Range(0, 3)
                .Select(_ => Task.Run(async () => await store.FindAsync("default", integration.Id, default)))
                .ToList();
            Assert.True(await store.DeleteAsync(integration, default));
            await Task.WhenAll(readers);
            Assert.Null(await store.FindAsync("default", integration.Id, default));
        }
    }

    [Fact]
    public async Task Pages_are_in_order_of_creation_and_filtered()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await _box.AddIntegrationAsync()).Id);
            _box.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var (page, total) = await _box.Integrations.ListAsync("default", "messaging", true, 2, 2, default);
        Assert.Equal(ids[2..4], page.Select(integration => integration.Id));
        Assert.Equal(5, total);
        Assert.Equal(0, (await _box.Integrations.ListAsync("default", "storage", null, 0, 9, default)).Total);
        Assert.Equal(0, (await _box.Integrations.ListAsync("default", null, false, 0, 9, default)).Total);
    }
}
