using Yyc3.Connectors.Runtime.Sync;
using Yyc3.Connectors.Runtime.Sync.Runs;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>What earlier runs tell of the next.</summary>
public sealed class RunHistoryTests
{
    [Fact]
    public async Task The_middle_one_of_the_last_three_alike_tells_how_long_a_run_will_take()
    {
        using var box = await SyncBox.CreateAsync();
        var history = new RunHistory(box.State.Store);
        var plan = SyncBox.Plan();
        var request = SyncPlans.Write(plan);
        Assert.Null(await history.DurationAsync(box.IntegrationId, plan.Direction, request, default));

        var full = plan with { IsFull = true };
        await EndedAsync(box, full, 90_000);
        Assert.Equal(90_000, await history.DurationAsync(box.IntegrationId, plan.Direction, request, default));

        foreach (var duration in (long[])[1, 1000, 40_000, 1200])
        {
            await EndedAsync(box, plan, duration);
        }

        await EndedAsync(box, full, 90_000);
        Assert.Equal(1200, await history.DurationAsync(box.IntegrationId, plan.Direction, request, default));
        Assert.Null(await history.DurationAsync(box.IntegrationId, SyncDirection.Push, request, default));
    }

    [Fact]
    public async Task Runs_that_ended_long_ago_are_forgotten_with_their_errors()
    {
        using var box = await SyncBox.CreateAsync(target: new FakeEnd { Refused = { "a" } });
        box.Remote.Put("a", "value");
        var old = await box.SyncAsync(SyncBox.Plan());
        Assert.Equal(1, await box.State.CountAsync("sync_run_errors"));
        Assert.Equal(0, await box.State.CountAsync("sync_legs"));
        var days = (long)TimeSpan.FromDays(91).TotalMilliseconds;
        await box.State.ExecuteAsync(
            $"update sync_runs set created_at = created_at - {days}, completed_at = completed_at - {days}"
        );
        var run = await box.SyncAsync(SyncBox.Plan());
        Assert.Equal(1, await box.State.CountAsync("sync_runs"));
        Assert.Equal(1, await box.State.CountAsync("sync_run_errors"));
        Assert.True(run.Generation > old.Generation);
    }

    /// <summary>A run that took so long.</summary>
    private static async Task EndedAsync(SyncBox box, SyncPlan plan, long milliseconds)
    {
        var run = await box.SyncAsync(plan);
        box.State.Clock.Advance(TimeSpan.FromSeconds(1));
        await box.State.ExecuteAsync(
            $"update sync_runs set started_at = completed_at - {milliseconds} where id = '{run.Id}'"
        );
    }
}
