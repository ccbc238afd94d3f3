using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>Counters outlive the process.</summary>
public sealed class StatisticsStoreTests : IAsyncLifetime
{
    private EngineBox _box = null!;

    public async ValueTask InitializeAsync() => _box = await EngineBox.CreateAsync();

    public ValueTask DisposeAsync() => _box.DisposeAsync();

    [Fact]
    public async Task Counters_saved_at_the_end_are_there_at_the_next_start()
    {
        var integration = await _box.AddIntegrationAsync();
        await CountAsync(_box.Statistics, integration.Id);
        await _box.Statistics.StopAsync(default);

        using var next = Open();
        var statistics = await next.ForAsync(integration.Id);
        Assert.Equal((1L, 1L), (statistics.Succeeded, statistics.Failed));
        Assert.Equal(_box.Clock.GetUtcNow(), statistics.LastErrorAt);
        await CountAsync(next, integration.Id);
        await next.StopAsync(default);
        Assert.Equal((4L, 2L, 2L), await SavedAsync(integration.Id));
    }

    [Fact]
    public async Task Counters_are_saved_every_second()
    {
        var integration = await _box.AddIntegrationAsync();
        await _box.Statistics.StartAsync(default);
        await CountAsync(_box.Statistics, integration.Id);
        while (await _box.State.CountAsync("integration_statistics") == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _box.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((2L, 1L, 1L), await SavedAsync(integration.Id));
        await _box.Statistics.StopAsync(default);
    }

    [Fact]
    public async Task Counters_that_could_not_be_saved_are_saved_later()
    {
        var integration = await _box.AddIntegrationAsync();
        await CountAsync(_box.Statistics, integration.Id);
        await _box.State.ExecuteAsync("alter table integration_statistics rename to away");
        await _box.Statistics.StopAsync(default);

        await _box.State.ExecuteAsync("alter table away rename to integration_statistics");
        await _box.Statistics.StopAsync(default);
        Assert.Equal((2L, 1L, 1L), await SavedAsync(integration.Id));
    }

    [Fact]
    public async Task Save_that_is_cancelled_is_made_up_for()
    {
        var integration = await _box.AddIntegrationAsync();
        await CountAsync(_box.Statistics, integration.Id);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _box.Statistics.StopAsync(new CancellationToken(canceled: true))
        );
        await _box.Statistics.StopAsync(default);
        Assert.Equal((2L, 1L, 1L), await SavedAsync(integration.Id));
    }

    [Fact]
    public async Task Failed_read_fails_one_call_not_all_that_follow()
    {
        var integration = await _box.AddIntegrationAsync();
        await _box.State.ExecuteAsync("alter table integration_statistics rename to away");
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(async () =>
            await _box.Statistics.ForAsync(integration.Id)
        );
        await _box.State.ExecuteAsync("alter table away rename to integration_statistics");
        Assert.NotNull(await _box.Statistics.ForAsync(integration.Id));
    }

    [Fact]
    public async Task Counters_of_a_deleted_integration_are_not_saved()
    {
        var integration = await _box.AddIntegrationAsync();
        await CountAsync(_box.Statistics, integration.Id);
        Assert.True(await _box.Integrations.DeleteAsync(integration, default));
        await _box.Statistics.StopAsync(default);
        Assert.Equal(0, await _box.State.CountAsync("integration_statistics"));
    }

    [Fact]
    public async Task Nodes_add_to_the_same_counters()
    {
        var integration = await _box.AddIntegrationAsync();
        using var other = Open();
        await CountAsync(_box.Statistics, integration.Id);
        await CountAsync(other, integration.Id);
        await _box.Statistics.StopAsync(default);
        await other.StopAsync(default);
        await CountAsync(other, integration.Id);
        await other.StopAsync(default);

        Assert.Equal((6L, 3L, 3L), await SavedAsync(integration.Id));
    }

    private static async Task CountAsync(StatisticsStore store, string id)
    {
        var statistics = await store.ForAsync(id);
        statistics.Record(isSuccess: true, TimeSpan.FromMilliseconds(1));
        statistics.Record(isSuccess: false, TimeSpan.FromMilliseconds(1));
    }

    private StatisticsStore Open() => new(_box.State.Store, _box.Clock, NullLogger<StatisticsStore>.Instance);

    private ValueTask<(long Total, long Succeeded, long Failed)> SavedAsync(string id) =>
        _box.State.Store.ReadAsync(
            connection =>
                connection.QuerySingleAsync<(long, long, long)>(
                    "select total, succeeded, failed from integration_statistics where integration_id = @id",
                    new { id }
                ),
            default
        );
}
