using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using static Yyc3.Connectors.Runtime.Tests.Sync.Things;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>One way, into the runtime's own records and into another provider.</summary>
public sealed class PullTests
{
    [Fact]
    public async Task All_records_arrive_and_a_second_run_moves_nothing()
    {
        using var box = await SyncBox.CreateAsync();
        Fill(box.Remote, 250);
        var first = await box.SyncAsync(SyncBox.Plan());
        Assert.Equal(
            (SyncStatus.Completed, 250L, 250L, 250L, 0L, 0L, 100),
            (first.Status, first.Total, first.Processed, first.Pulled, first.Pushed, first.Conflicts, first.Percentage)
        );
        Assert.Equal(box.Remote.Values, await LocalAsync(box));

        var second = await box.SyncAsync(SyncBox.Plan());
        Assert.Equal((SyncStatus.Completed, 0L, 100), (second.Status, second.Total, second.Percentage));
        Assert.True(second.Generation > first.Generation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changes_and_deletions_arrive(bool tellsChanges)
    {
        using var box = await SyncBox.CreateAsync(new FakeEnd(tellsChanges));
        Fill(box.Remote, 20);
        await box.SyncAsync(SyncBox.Plan());
        box.Remote.Put("0003", "changed");
        box.Remote.Delete("0007");
        box.Remote.Put("new", "new");

        var run = await box.SyncAsync(SyncBox.Plan());
        Assert.Equal((3L, 3L), (run.Total, run.Pulled));
        Assert.Equal(box.Remote.Values, await LocalAsync(box));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_full_run_finds_what_reading_changes_has_missed(bool tellsChanges)
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(new FakeEnd(tellsChanges), target);
        Fill(box.Remote, 20);
        await box.SyncAsync(SyncBox.Plan());
        box.Remote.Delete("0007");
        // As if the change had never been told.
        await box.State.ExecuteAsync("update sync_positions set position = '1000000'");

        var run = await box.SyncAsync(SyncBox.Plan() with { IsFull = true });
        Assert.Equal(1, run.Pulled);
        Assert.Equal(box.Remote.Values, target.Values);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(30, 4)]
    [InlineData(1, 100)]
    public async Task Pages_are_as_large_as_asked(int batchSize, int pages)
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        Fill(box.Remote, 100);
        await box.SyncAsync(SyncBox.Plan() with { BatchSize = batchSize });
        Assert.Equal((pages, pages), (box.Remote.Reads, target.Writes));
    }

    [Fact]
    public async Task Records_older_than_the_filter_stay_and_the_moment_itself_is_moved()
    {
        using var box = await SyncBox.CreateAsync();
        var since = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);
        box.Remote.Put("old", "a", since.AddMilliseconds(-1));
        box.Remote.Put("at", "b", since);
        box.Remote.Put("new", "c", since.AddDays(1));
        box.Remote.Put("unknown", "d");

        var run = await box.SyncAsync(SyncBox.Plan() with { ModifiedSince = since });
        Assert.Equal(3, run.Total);
        Assert.Equal(["at", "new", "unknown"], (await LocalAsync(box)).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Only_the_named_resources_are_touched()
    {
        using var box = await SyncBox.CreateAsync(new FakeEnd { Names = ["one", "two"] });
        Fill(box.Remote, 3);
        var run = await box.SyncAsync(SyncBox.Plan() with { Resources = ["two"] });
        Assert.Equal((SyncStatus.Completed, 3L, 1), (run.Status, run.Total, box.Remote.Reads));
        Assert.Equal("two", (await box.Local.ListResourcesAsync(default)).Single().Name);
    }

    [Fact]
    public async Task A_resource_that_is_asked_for_and_not_there_is_told()
    {
        using var box = await SyncBox.CreateAsync();
        Fill(box.Remote, 3);
        var run = await box.SyncAsync(SyncBox.Plan() with { Resources = ["thinks"] });
        Assert.Equal((SyncStatus.Failed, "There is no resource named thinks."), (run.Status, run.Error));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task So_many_resources_are_at_work_at_a_time_as_asked(int parallelism)
    {
        var remote = new FakeEnd { Names = ["1", "2", "3", "4", "5", "6"] };
        Fill(remote, 10);
        var (now, most) = (0, 0);
        var together = new TaskCompletionSource();
        remote.Before = async call =>
        {
            if (!string.Equals(call, "read", StringComparison.Ordinal))
            {
                return;
            }

            var inside = Interlocked.Increment(ref now);
            most = Math.Max(most, inside);
            if (inside == parallelism)
            {
                together.TrySetResult();
            }

            await together.Task.WaitAsync(TimeSpan.FromSeconds(30));
            Interlocked.Decrement(ref now);
        };
        using var box = await SyncBox.CreateAsync(remote);
        var run = await box.SyncAsync(SyncBox.Plan() with { Parallelism = parallelism });
        Assert.Equal((SyncStatus.Completed, 60L), (run.Status, run.Pulled));
        Assert.Equal(parallelism, most);
    }

    [Fact]
    public async Task Only_the_named_records_are_moved_and_the_state_stays_where_it_was()
    {
        using var box = await SyncBox.CreateAsync();
        Fill(box.Remote, 20);
        await box.SyncAsync(SyncBox.Plan());
        box.Remote.Put("0003", "changed");
        box.Remote.Put("0004", "changed");
        box.Remote.Delete("0005");
        var named = SyncBox.Plan() with { Resources = [FakeEnd.Resource], RecordIds = ["0003", "0005", "none"] };
        var reads = box.Remote.Reads;
        Assert.Equal(2, (await box.SyncAsync(named)).Pulled);
        Assert.Equal(reads, box.Remote.Reads);
        Assert.Equal(1, (await box.SyncAsync(SyncBox.Plan())).Pulled);
        Assert.Equal(box.Remote.Values, await LocalAsync(box));
    }

    [Fact]
    public async Task A_source_that_has_suddenly_lost_most_of_its_records_deletes_none_unless_told_to()
    {
        using var box = await SyncBox.CreateAsync(new FakeEnd(tellsChanges: false));
        Fill(box.Remote, 40);
        await box.SyncAsync(SyncBox.Plan());
        for (var number = 0; number < 25; number++)
        {
            box.Remote.Delete(box.Remote.Values.Keys.First());
        }

        var stopped = await box.SyncAsync(SyncBox.Plan());
        Assert.Equal(SyncStatus.Failed, stopped.Status);
        Assert.Contains("25 of 40 records", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(40, (await LocalAsync(box)).Count);

        var told = await box.SyncAsync(SyncBox.Plan() with { MaxDeletePercent = 100 });
        Assert.Equal((SyncStatus.Completed, 25L), (told.Status, told.Pulled));
        Assert.Equal(box.Remote.Values, await LocalAsync(box));
    }

    [Fact]
    public async Task A_run_with_a_filter_of_time_leaves_what_it_passes_over_to_the_next()
    {
        using var box = await SyncBox.CreateAsync();
        var now = box.State.Clock.GetUtcNow();
        box.Remote.Put("a", "1", now);
        await box.SyncAsync(SyncBox.Plan());
        box.Remote.Put("b", "2", now.AddHours(1));
        box.Remote.Put("c", "3", now.AddHours(3));
        Assert.Equal(1, (await box.SyncAsync(SyncBox.Plan() with { ModifiedSince = now.AddHours(2) })).Pulled);
        Assert.Equal(1, (await box.SyncAsync(SyncBox.Plan())).Pulled);
        Assert.Equal(box.Remote.Values, await LocalAsync(box));
    }

    [Fact]
    public async Task A_record_whose_id_nothing_can_keep_fails_alone()
    {
        using var box = await SyncBox.CreateAsync();
        box.Remote.Put("a", "1");
        box.Remote.Put("nu\0ll", "2");
        box.Remote.Put(new string('长', 1000), "3");
        var run = await box.SyncAsync(SyncBox.Plan());
        Assert.Equal((SyncStatus.Partial, 3L, 2L), (run.Status, run.Total, run.Failed));
        Assert.Equal("1", (await LocalAsync(box))["a"]);
    }

    [Fact]
    public async Task A_record_that_fails_is_listed_and_tried_again_by_the_next_run()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        Fill(box.Remote, 10);
        target.Refused.Add("0003");
        var run = await box.SyncAsync(SyncBox.Plan());
        Assert.Equal((SyncStatus.Partial, 10L, 1L, 10L), (run.Status, run.Processed, run.Failed, run.Pulled));
        Assert.Equal(["0003 INVALID_ARGUMENT"], await box.ErrorsAsync(run.Id));
        Assert.Equal(9, target.Values.Count);

        target.Refused.Clear();
        var next = await box.SyncAsync(SyncBox.Plan());
        Assert.Equal((SyncStatus.Completed, 1L), (next.Status, next.Pulled));
        Assert.Equal(box.Remote.Values, target.Values);
        Assert.Equal(0, (await box.SyncAsync(SyncBox.Plan())).Total);
    }

    [Fact]
    public async Task A_record_that_failed_and_was_deleted_since_is_not_there_in_the_end()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        Fill(box.Remote, 3);
        target.Refused.Add("0001");
        await box.SyncAsync(SyncBox.Plan());
        box.Remote.Delete("0001");
        target.Refused.Clear();
        await box.SyncAsync(SyncBox.Plan());
        Assert.Equal(box.Remote.Values, target.Values);
        Assert.Equal(0, (await box.SyncAsync(SyncBox.Plan())).Total);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_record_that_is_deleted_in_a_page_behind_it_is_deleted_although_pages_overlap(int behind)
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        await box.SyncAsync(SyncBox.Plan());
        Fill(box.Remote, (10 * behind) + 5);
        var id = await box.StartAsync(SyncBox.Plan() with { BatchSize = 10 });
        var item = (await box.ClaimAsync())!;
        var (reads, isHeld, hold) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        var holding = Task.CompletedTask;
        target.Before = call => call == "write" ? isHeld.Task : Task.CompletedTask;
        box.Remote.Before = async call =>
        {
            if (call != "read")
            {
                return;
            }

            if (++reads == 1 + behind)
            {
                // It moves from the first page into the last.
                box.Remote.Delete("0005");
            }

            if (reads == 2)
            {
                // The first cannot be noted yet.
                holding = HoldAsync();
                await isHeld.Task;
            }
        };
        var run = box.Runner.RunAsync(item, default);
        await Eventually.HoldsAsync(() => target.Writes >= 1);
        // Whoever goes on without what the first page has done goes on now.
        await Task.WhenAny(
            Eventually.HoldsAsync(() => target.Writes >= 1 + behind),
            Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken)
        );
        hold.SetResult();
        Assert.Same(WorkOutcome.Settled, await run);
        await holding;
        Assert.Equal(SyncStatus.Completed, (await box.RunAsync(id)).Status);
        Assert.Equal((10 * behind) + 4, target.Values.Count);
        Assert.Equal(box.Remote.Values, target.Values);

        async Task HoldAsync() =>
            await box.State.Store.WriteAsync(
                async transaction =>
                {
                    await WorkQueue.HoldAsync(transaction, item);
                    isHeld.SetResult();
                    await hold.Task;
                    return 0;
                },
                default
            );
    }
}
