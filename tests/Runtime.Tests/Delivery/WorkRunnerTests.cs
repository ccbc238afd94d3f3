using System.Collections.Concurrent;
using Dapper;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Delivery;

/// <summary>A node at work.</summary>
public sealed class WorkRunnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_work_is_done_once_by_several_nodes()
    {
        using var box = await WorkBox.CreateAsync();
        var done = new ConcurrentBag<string>();
        using var one = box.Runner(Handle, box.State.Clock, "one");
        using var two = box.Runner(Handle, box.State.Clock, "two");
        for (var lane = 0; lane < 5; lane++)
        {
            await box.AddManyAsync(60, $"lane-{lane}");
        }

        await one.StartAsync(Token);
        await two.StartAsync(Token);
        await Eventually.HoldsAsync(() => done.Count == 300);
        await one.StopAsync(Token);
        await two.StopAsync(Token);
        Assert.All(await box.RowsAsync(), row => Assert.Equal(WorkState.Done, row.State));
        Assert.Equal(300, done.Distinct(StringComparer.Ordinal).Count());

        Task<WorkOutcome> Handle(WorkItem item, CancellationToken cancellationToken)
        {
            done.Add(item.Id);
            return Task.FromResult(WorkOutcome.Finished);
        }
    }

    [Fact]
    public async Task Work_added_to_a_waiting_node_is_begun_at_once()
    {
        using var box = await WorkBox.CreateAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var runner = box.Runner(
            (_, _) =>
            {
                begun.SetResult();
                return Task.FromResult(WorkOutcome.Finished);
            },
            box.State.Clock
        );
        await runner.StartAsync(Token);
        await Eventually.SettlesAsync();
        await box.AddAsync();
        // The clock stands still, so that nothing but the waking can begin it.
        box.Queue.Wake("q");
        await Eventually.WithinLimitAsync(begun.Task);
        await runner.StopAsync(Token);
    }

    [Fact]
    public async Task A_node_holds_no_more_than_its_limit()
    {
        using var box = await WorkBox.CreateAsync(
            new WorkRules
            {
                Queue = "q",
                LaneLimit = 100,
                NodeLimit = 3,
                MaxAttempts = 3,
            }
        );
        await box.AddManyAsync(10, "lane");
        var (inside, most, done) = (0, 0, 0);
        var release = new SemaphoreSlim(0);
        using var runner = box.Runner(
            async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await release.WaitAsync(Token);
                Interlocked.Decrement(ref inside);
                Interlocked.Increment(ref done);
                return WorkOutcome.Finished;
            },
            box.State.Clock
        );
        await runner.StartAsync(Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref inside) == 3);
        await Eventually.SettlesAsync();
        Assert.Equal(3, runner.Held);
        release.Release(10);
        await Eventually.HoldsAsync(() => Volatile.Read(ref done) == 10);
        await runner.StopAsync(Token);
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task Leases_are_kept_while_the_handler_works_and_lost_ones_end_it()
    {
        using var box = await WorkBox.CreateAsync();
        await box.AddAsync();
        var begun = new TaskCompletionSource<WorkItem>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var runner = box.Runner(
            async (item, token) =>
            {
                begun.TrySetResult(item);
                await using var end = token.Register(() => ended.TrySetResult());
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return WorkOutcome.Finished;
            },
            box.State.Clock
        );
        await runner.StartAsync(Token);
        await Eventually.WithinLimitAsync(begun.Task);
        var item = await begun.Task;
        for (var round = 0; round < 5; round++)
        {
            await box.PassAsync(TimeSpan.FromSeconds(5));
            await RenewedAsync(box);
            Assert.Empty(await box.ClaimAsync(owner: "other"));
        }

        await box.PassAsync(box.Rules.Lease * 2);
        var taken = Assert.Single(await box.ClaimAsync(owner: "other"));
        Assert.Equal((item.Id, item.Epoch + 1), (taken.Id, taken.Epoch));
        await Eventually.HoldsAsync(() =>
        {
            box.State.Clock.Advance(TimeSpan.FromSeconds(1));
            return ended.Task.IsCompleted;
        });
        await runner.StopAsync(Token);
        Assert.Equal(1, await box.Queue.CompleteAsync([taken], default));
    }

    [Fact]
    public async Task A_node_that_stops_gives_its_work_back_at_once()
    {
        using var box = await WorkBox.CreateAsync();
        var id = await box.AddAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var runner = box.Runner(
            async (_, token) =>
            {
                begun.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return WorkOutcome.Finished;
            },
            box.State.Clock
        );
        await runner.StartAsync(Token);
        await Eventually.WithinLimitAsync(begun.Task);
        await runner.StopAsync(Token);
        Assert.Equal(WorkState.Waiting, await box.StateOfAsync(id!));
        Assert.Equal(1, Assert.Single(await box.ClaimAsync(owner: "other")).Attempts);
    }

    [Fact]
    public async Task What_a_killed_process_of_the_same_directory_held_is_taken_up_at_its_next_start()
    {
        // With room for one, the first does not claim again what it holds.
        var rules = new WorkRules
        {
            Queue = "q",
            LaneLimit = 1,
            NodeLimit = 1,
            MaxAttempts = 3,
        };
        using var box = await WorkBox.CreateAsync(rules);
        await box.AddAsync();
        using var first = box.Runner((_, _) => new TaskCompletionSource<WorkOutcome>().Task, box.State.Clock);
        await first.StartAsync(Token);
        await Eventually.HoldsAsync(() => first.Held == 1);

        // The first is never stopped, as if it had been killed; its lease has not ended.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var second = box.Runner(
            (_, _) =>
            {
                done.SetResult();
                return Task.FromResult(WorkOutcome.Finished);
            },
            box.State.Clock
        );
        await second.StartAsync(Token);
        await Eventually.WithinLimitAsync(done.Task);
        await second.StopAsync(Token);
    }

    [Fact]
    public async Task A_handler_that_throws_is_a_failed_attempt_and_no_more()
    {
        using var box = await WorkBox.CreateAsync();
        var id = await box.AddAsync();
        var attempts = 0;
        using var runner = box.Runner(
            (_, _) =>
            {
                Interlocked.Increment(ref attempts);
                throw new InvalidOperationException("secret text");
            },
            box.State.Clock
        );
        await runner.StartAsync(Token);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await Eventually.HoldsAsync(() => Volatile.Read(ref attempts) == attempt && runner.Held == 0);
            await box.PassAsync(TimeSpan.FromMinutes(1));
            box.Queue.Wake("q");
        }

        await runner.StopAsync(Token);
        Assert.Equal((3, WorkState.Dead), (attempts, await box.StateOfAsync(id!)));
        Assert.Equal(
            "The runtime failed unexpectedly.",
            await box.State.Store.ReadAsync(
                connection => connection.ExecuteScalarAsync<string>("select error from work"),
                default
            )
        );
    }

    /// <summary>Lets the node's time pass until it has renewed what it holds.</summary>
    private static Task RenewedAsync(WorkBox box) =>
        Eventually.HoldsAsync(async () =>
        {
            box.State.Clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.SettlesAsync();
            return await box.State.Store.ReadAsync(
                connection =>
                    connection.ExecuteScalarAsync<bool>(
                        $"select lease_until > {box.Clock.Sql} + 14000 from work",
                        new { now = box.Clock.Now }
                    ),
                default
            );
        });
}
