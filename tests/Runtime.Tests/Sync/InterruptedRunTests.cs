using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using Yyc3.Connectors.Sdk;
using static Yyc3.Connectors.Runtime.Tests.Sync.Things;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>Runs that are held up, cut off, taken over, or end before their end.</summary>
public sealed class InterruptedRunTests
{
    [Fact]
    public async Task What_fails_again_is_counted_once_though_the_run_was_laid_aside()
    {
        var target = new FakeEnd { Refused = { "a", "b", "c" } };
        using var box = await SyncBox.CreateAsync(target: target);
        foreach (var id in target.Refused)
        {
            box.Remote.Put(id, "value");
        }

        var plan = SyncBox.Plan() with { BatchSize = 1 };
        await box.SyncAsync(plan);
        var finds = 0;
        box.Remote.Before = call =>
            call == "find" && ++finds == 3
                ? throw new ConnectorException(
                    ErrorKind.Throttled,
                    "TOO_MANY",
                    "Too many calls.",
                    retryAfter: TimeSpan.FromSeconds(1)
                )
                : Task.CompletedTask;
        var again = await box.StartAsync(plan);
        var item = (await box.ClaimAsync())!;
        Assert.IsType<WorkOutcome.Parked>(await box.Runner.RunAsync(item, default));
        Assert.Same(WorkOutcome.Settled, await box.Runner.RunAsync(item, default));
        var run = await box.RunAsync(again);
        Assert.Equal((3L, 3L), (run.Total, run.Failed));
        Assert.Equal(3, (await box.ErrorsAsync(again)).Count);
    }

    [Fact]
    public async Task Attempts_count_from_where_the_run_last_got_on()
    {
        using var box = await SyncBox.CreateAsync();
        Fill(box.Remote, 30);
        var reads = 0;
        box.Remote.Before = call =>
            call == "read" && ++reads == 3
                ? throw new ConnectorException(ErrorKind.Unavailable, "AWAY", "It is away.")
                : Task.CompletedTask;
        var id = await box.StartAsync(SyncBox.Plan() with { BatchSize = 10 });
        var item = (await box.ClaimAsync())! with { Attempts = SyncRunner.Rules.MaxAttempts };
        // It has moved pages in this attempt, so that this is the first failure in a row.
        Assert.IsType<WorkOutcome.Failed>(await box.Runner.RunAsync(item, default));
        Assert.Equal(SyncStatus.InProgress, (await box.RunAsync(id)).Status);
    }

    [Fact]
    public async Task A_run_that_is_laid_aside_keeps_those_behind_it_waiting()
    {
        using var box = await SyncBox.CreateAsync();
        Fill(box.Remote, 3);
        box.Remote.Before = _ =>
            throw new ConnectorException(
                ErrorKind.Throttled,
                "TOO_MANY",
                "Too many calls.",
                retryAfter: TimeSpan.FromHours(1)
            );
        await box.StartAsync(SyncBox.Plan());
        var item = (await box.ClaimAsync())!;
        var parked = Assert.IsType<WorkOutcome.Parked>(await box.Runner.RunAsync(item, default));
        await box.Queue.ParkAsync(item, parked.Delay, default);
        box.Remote.Before = _ => Task.CompletedTask;

        await box.StartAsync(SyncBox.Plan() with { IsFull = true });
        Assert.Null(await box.ClaimAsync());
        await box.State.ExecuteAsync("update work set due_at = 0 where due_at > 0");
        Assert.Equal(item.Id, (await box.ClaimAsync())!.Id);
    }

    [Fact]
    public async Task Too_many_failed_records_end_the_run()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        Fill(box.Remote, 100);
        foreach (var id in box.Remote.Values.Keys)
        {
            target.Refused.Add(id);
        }

        var run = await box.SyncAsync(SyncBox.Plan() with { MaxErrors = 15, BatchSize = 10 });
        Assert.Equal((SyncStatus.Failed, "More than 15 records failed."), (run.Status, run.Error));
        Assert.Equal(20, run.Failed);
    }

    [Fact]
    public async Task A_side_that_asks_to_be_left_alone_parks_the_run_where_it_is()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        Fill(box.Remote, 30);
        target.Before = call =>
            call == "write" && target.Writes == 2
                ? throw new ConnectorException(ErrorKind.Throttled, "SLOW", "Too fast.", TimeSpan.FromMinutes(10))
                : Task.CompletedTask;
        var id = await box.StartAsync(SyncBox.Plan() with { BatchSize = 10 });
        var outcome = await box.Runner.RunAsync((await box.ClaimAsync())!, default);
        Assert.Equal(new WorkOutcome.Parked(TimeSpan.FromMinutes(10)), outcome);
        var parked = await box.RunAsync(id);
        Assert.Equal((SyncStatus.InProgress, 20L), (parked.Status, parked.Processed));
        Assert.InRange(parked.ParkedUntil!.Value, box.Clock.Now + 500_000, long.MaxValue);

        await box.State.ExecuteAsync("update work set state = 0, lease_until = null");
        target.Before = _ => Task.CompletedTask;
        await box.Runner.RunAsync((await box.ClaimAsync())!, default);
        var run = await box.RunAsync(id);
        Assert.Equal((SyncStatus.Completed, 30L, 30L, null), (run.Status, run.Total, run.Processed, run.ParkedUntil));
        Assert.Equal(3, target.Writes);
    }

    [Fact]
    public async Task A_lost_cursor_makes_the_run_look_through_everything()
    {
        using var box = await SyncBox.CreateAsync();
        Fill(box.Remote, 10);
        await box.SyncAsync(SyncBox.Plan());
        box.Remote.Put("0001", "changed");
        box.Remote.Delete("0002");
        var isFirst = true;
        box.Remote.Before = call =>
        {
            if (call == "read" && isFirst)
            {
                isFirst = false;
                throw new ConnectorException(ErrorKind.OutOfRange, "CURSOR_LOST", "The log is gone.");
            }

            return Task.CompletedTask;
        };
        var run = await box.SyncAsync(SyncBox.Plan());
        Assert.Equal((SyncStatus.Completed, 2L), (run.Status, run.Pulled));
        Assert.Equal(box.Remote.Values, await LocalAsync(box));
    }

    [Fact]
    public async Task A_passing_failure_is_tried_again_and_a_lasting_one_ends_the_run()
    {
        using var box = await SyncBox.CreateAsync();
        Fill(box.Remote, 10);
        box.Remote.Before = _ => throw new ConnectorException(ErrorKind.Unavailable, "DOWN", "It is down.");
        var id = await box.StartAsync(SyncBox.Plan());
        Assert.Equal(
            new WorkOutcome.Failed("It is down."),
            await box.Runner.RunAsync((await box.ClaimAsync())!, default)
        );
        Assert.Equal(SyncStatus.InProgress, (await box.RunAsync(id)).Status);

        box.Remote.Before = _ => throw new ConnectorException(ErrorKind.PermissionDenied, "NO", "It is forbidden.");
        await box.State.ExecuteAsync("update work set state = 0, lease_until = null");
        Assert.Same(WorkOutcome.Settled, await box.Runner.RunAsync((await box.ClaimAsync())!, default));
        var run = await box.RunAsync(id);
        Assert.Equal((SyncStatus.Failed, "It is forbidden."), (run.Status, run.Error));
    }

    [Fact]
    public async Task A_fault_of_the_runtime_ends_the_run_after_some_attempts()
    {
        using var box = await SyncBox.CreateAsync();
        Fill(box.Remote, 3);
        box.Remote.Before = _ => throw new InvalidOperationException("a fault");
        var id = await box.StartAsync(SyncBox.Plan());
        var item = (await box.ClaimAsync())!;
        await Assert.ThrowsAsync<InvalidOperationException>(() => box.Runner.RunAsync(item, default));
        Assert.Equal(SyncStatus.InProgress, (await box.RunAsync(id)).Status);

        var last = item with { Attempts = SyncRunner.Rules.MaxAttempts };
        Assert.Same(WorkOutcome.Settled, await box.Runner.RunAsync(last, default));
        var run = await box.RunAsync(id);
        Assert.Equal((SyncStatus.Failed, "The runtime failed unexpectedly."), (run.Status, run.Error));
    }

    [Fact]
    public async Task A_cancelled_run_writes_nothing_more_and_stays_cancelled()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        Fill(box.Remote, 30);
        var id = await box.StartAsync(SyncBox.Plan() with { BatchSize = 10 });
        var item = (await box.ClaimAsync())!;
        target.Before = async call =>
        {
            if (call == "write" && target.Writes == 1)
            {
                // The first page is noted while the second is carried.
                await Eventually.HoldsAsync(async () => (await box.RunAsync(id)).Processed == 10);
                await box.State.Store.WriteAsync(
                    async transaction =>
                    {
                        await box.Queue.CancelAsync(transaction, item.Id);
                        return await box.Runs.FinishAsync(transaction, id, SyncStatus.Cancelled, error: null);
                    },
                    default
                );
            }
        };
        await Assert.ThrowsAsync<WorkLostException>(() => box.Runner.RunAsync(item, default));
        var run = await box.RunAsync(id);
        Assert.Equal((SyncStatus.Cancelled, 10L), (run.Status, run.Processed));
    }

    [Fact]
    public async Task A_node_that_was_frozen_cannot_write_what_another_has_gone_on_with()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        Fill(box.Remote, 30);
        var id = await box.StartAsync(SyncBox.Plan() with { BatchSize = 10 });
        var frozen = (await box.ClaimAsync("frozen"))!;
        var isFirst = true;
        target.Before = async call =>
        {
            if (call == "write" && target.Writes == 1 && isFirst)
            {
                isFirst = false;
                // The first page is noted while the second is carried, and a row that is being written is not there to claim.
                await Eventually.HoldsAsync(async () => (await box.RunAsync(id)).Processed == 10);
                await box.State.ExecuteAsync("update work set lease_until = 0");
                Assert.Same(
                    WorkOutcome.Settled,
                    await box.NewRunner().RunAsync((await box.ClaimAsync("other"))!, default)
                );
            }
        };
        await Assert.ThrowsAsync<WorkLostException>(() => box.Runner.RunAsync(frozen, default));
        var run = await box.RunAsync(id);
        Assert.Equal((SyncStatus.Completed, 30L, 30L), (run.Status, run.Total, run.Pulled));
        Assert.Equal(box.Remote.Values, target.Values);
    }
}
