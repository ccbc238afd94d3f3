using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Delivery;

/// <summary>What happens to a piece of work, from its being told to its end.</summary>
public sealed class WorkQueueTests : IAsyncLifetime
{
    private WorkBox _box = null!;

    public async ValueTask InitializeAsync() => _box = await WorkBox.CreateAsync();

    public ValueTask DisposeAsync()
    {
        _box.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Work_is_there_when_its_transaction_is_and_not_when_that_is_undone()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await _box.WriteAsync<int>(async transaction =>
            {
                await _box.Queue.AddAsync(transaction, Draft());
                throw new InvalidOperationException();
            })
        );
        Assert.Empty(await _box.ClaimAsync());

        await _box.AddAsync(body: """{"n":1}""");
        var item = Assert.Single(await _box.ClaimAsync());
        Assert.Equal(
            ("""{"n":1}""", "default", "default/lane", 1, 1L),
            (item.Body, item.TenantId, item.Lane, item.Attempts, item.Epoch)
        );
    }

    [Fact]
    public async Task The_same_work_is_added_once_even_after_it_is_done()
    {
        Assert.NotNull(await _box.AddAsync(dedupe: "a"));
        Assert.Null(await _box.AddAsync(dedupe: "a"));
        Assert.NotNull(await _box.AddAsync(dedupe: "a", queue: "other"));
        Assert.NotNull(await _box.AddAsync());
        Assert.NotNull(await _box.AddAsync());

        await _box.Queue.CompleteAsync(await _box.ClaimAsync(), default);
        Assert.Null(await _box.AddAsync(dedupe: "a"));
        await _box.PassAsync(_box.Rules.Retention + TimeSpan.FromSeconds(1));
        Assert.Equal(3, await _box.Queue.PurgeAsync(_box.Rules, default));
        Assert.NotNull(await _box.AddAsync(dedupe: "a"));
    }

    [Fact]
    public async Task Work_with_a_delay_waits()
    {
        await _box.AddAsync(delay: TimeSpan.FromMinutes(1));
        await _box.PassAsync(TimeSpan.FromSeconds(50));
        Assert.Empty(await _box.ClaimAsync());
        await _box.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Single(await _box.ClaimAsync());
    }

    [Fact]
    public async Task Done_work_is_not_done_again()
    {
        var id = await _box.AddAsync();
        var item = Assert.Single(await _box.ClaimAsync());
        Assert.Equal(1, await _box.Queue.CompleteAsync([item], default));
        await _box.PassAsync(TimeSpan.FromDays(1));
        Assert.Empty(await _box.ClaimAsync());
        Assert.Equal(WorkState.Done, await _box.StateOfAsync(id!));
    }

    [Fact]
    public async Task Failed_work_comes_back_after_ever_longer_pauses_and_is_dead_after_its_last_attempt()
    {
        var id = await _box.AddAsync();
        foreach (var seconds in (double[])[1, 2])
        {
            var item = Assert.Single(await _box.ClaimAsync());
            await _box.Queue.FailAsync(_box.Rules, item, new WorkOutcome.Failed("broken"), default);
            await _box.PassAsync(TimeSpan.FromSeconds(seconds * 0.9));
            Assert.Empty(await _box.ClaimAsync());
            await _box.PassAsync(TimeSpan.FromSeconds(seconds * 0.3));
        }

        var last = Assert.Single(await _box.ClaimAsync());
        Assert.Equal(3, last.Attempts);
        await _box.Queue.FailAsync(_box.Rules, last, new WorkOutcome.Failed("broken for good"), default);
        await _box.PassAsync(TimeSpan.FromDays(1));
        Assert.Empty(await _box.ClaimAsync());
        Assert.Equal(WorkState.Dead, await _box.StateOfAsync(id!));
        Assert.Equal(1, (await _box.Queue.MeasureAsync("q", default)).Dead);
    }

    [Fact]
    public async Task Failure_can_name_its_own_pause_or_be_final()
    {
        var id = await _box.AddAsync();
        var item = Assert.Single(await _box.ClaimAsync());
        await _box.Queue.FailAsync(_box.Rules, item, new WorkOutcome.Failed("later", TimeSpan.FromMinutes(5)), default);
        await _box.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Empty(await _box.ClaimAsync());
        await _box.PassAsync(TimeSpan.FromMinutes(1));
        item = Assert.Single(await _box.ClaimAsync());
        await _box.Queue.FailAsync(_box.Rules, item, new WorkOutcome.Failed("never", IsFinal: true), default);
        Assert.Equal(WorkState.Dead, await _box.StateOfAsync(id!));
    }

    [Fact]
    public async Task Dead_work_of_the_own_tenant_can_be_replayed()
    {
        var id = (await _box.AddAsync())!;
        var item = Assert.Single(await _box.ClaimAsync());
        await _box.Queue.FailAsync(_box.Rules, item, new WorkOutcome.Failed("never", IsFinal: true), default);

        Assert.Equal(0, await _box.Queue.ReplayAsync("q", "acme", [id], default));
        Assert.Equal(0, await _box.Queue.ReplayAsync("other", "default", [id], default));
        Assert.Equal(1, await _box.Queue.ReplayAsync("q", "default", [id], default));
        Assert.Equal(0, await _box.Queue.ReplayAsync("q", "default", [id], default));
        Assert.Equal(1, Assert.Single(await _box.ClaimAsync()).Attempts);
    }

    [Fact]
    public async Task Parked_work_uses_up_no_attempt()
    {
        await _box.AddAsync();
        for (var round = 0; round < 10; round++)
        {
            var item = Assert.Single(await _box.ClaimAsync());
            Assert.Equal(1, item.Attempts);
            await _box.Queue.ParkAsync(item, TimeSpan.FromMinutes(1), default);
            Assert.Empty(await _box.ClaimAsync());
            await _box.PassAsync(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Work_that_gets_on_may_take_more_attempts_than_it_has()
    {
        await _box.AddAsync();
        for (var round = 0; round < 10; round++)
        {
            var item = Assert.Single(await _box.ClaimAsync());
            Assert.Equal(1, item.Attempts);
            await _box.WriteAsync(async transaction =>
            {
                await WorkQueue.HoldAsync(transaction, item, gotOn: true);
                return 0;
            });
            await _box.PassAsync(_box.Rules.Lease + TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Work_whose_lease_has_ended_is_anothers_and_the_first_can_write_nothing_more()
    {
        await _box.AddAsync();
        var stale = Assert.Single(await _box.ClaimAsync(owner: "frozen"));
        await _box.PassAsync(_box.Rules.Lease - TimeSpan.FromSeconds(1));
        Assert.Empty(await _box.ClaimAsync(owner: "other"));
        await _box.PassAsync(TimeSpan.FromSeconds(2));
        var current = Assert.Single(await _box.ClaimAsync(owner: "other"));
        Assert.Equal((stale.Id, 2L, 2), (current.Id, current.Epoch, current.Attempts));

        await Assert.ThrowsAsync<WorkLostException>(async () =>
            await _box.WriteAsync(async transaction =>
            {
                await WorkQueue.HoldAsync(transaction, stale);
                return 0;
            })
        );
        await Assert.ThrowsAsync<WorkLostException>(async () =>
            await _box.WriteAsync(async transaction =>
            {
                await _box.Queue.CompleteAsync(transaction, stale);
                return 0;
            })
        );
        Assert.Equal(0, await _box.Queue.CompleteAsync([stale], default));
        Assert.Equal(0, await _box.Queue.ParkAsync(stale, TimeSpan.Zero, default));
        Assert.Equal(0, await _box.Queue.FailAsync(_box.Rules, stale, new WorkOutcome.Failed("x"), default));
        Assert.Empty(await _box.Queue.RenewAsync([stale], _box.Rules.Lease, default));
        Assert.Equal(1, await _box.Queue.CompleteAsync([current], default));
    }

    [Fact]
    public async Task A_renewed_lease_lasts_anew()
    {
        await _box.AddAsync();
        var item = Assert.Single(await _box.ClaimAsync());
        for (var round = 0; round < 3; round++)
        {
            await _box.PassAsync(_box.Rules.Lease - TimeSpan.FromSeconds(2));
            Assert.Equal([item.Key], await _box.Queue.RenewAsync([item], _box.Rules.Lease, default));
        }

        Assert.Empty(await _box.ClaimAsync());
    }

    [Fact]
    public async Task Cancelled_work_is_never_done_and_whoever_is_at_it_is_told()
    {
        var waiting = (await _box.AddAsync())!;
        Assert.True(await CancelAsync(waiting));
        Assert.False(await CancelAsync(waiting));
        Assert.Empty(await _box.ClaimAsync());

        var held = (await _box.AddAsync())!;
        var item = Assert.Single(await _box.ClaimAsync());
        Assert.True(await CancelAsync(held));
        Assert.Empty(await _box.Queue.RenewAsync([item], _box.Rules.Lease, default));
        Assert.Equal(0, await _box.Queue.CompleteAsync([item], default));
        await _box.PassAsync(TimeSpan.FromDays(1));
        Assert.Empty(await _box.ClaimAsync());
        Assert.Equal(WorkState.Cancelled, await _box.StateOfAsync(held));
    }

    [Fact]
    public async Task Owners_of_a_directory_are_released_without_the_one_that_lives()
    {
        await _box.AddAsync();
        await _box.ClaimAsync(owner: "node-a/dead");
        await _box.AddAsync();
        await _box.ClaimAsync(owner: "node-a/alive");
        await _box.AddAsync();
        await _box.ClaimAsync(owner: "node-ab/other");

        Assert.Equal(1, await _box.Queue.ReleaseAsync("q", "node-a/", "node-a/alive", default));
        Assert.Single(await _box.ClaimAsync());
        Assert.Equal(1, await _box.Queue.ReleaseAsync("q", "node-a/alive", null, default));
    }

    [Fact]
    public async Task The_gauges_tell_depth_and_lateness()
    {
        var empty = await _box.Queue.MeasureAsync("q", default);
        Assert.Equal((0L, 0L, 0L, null), (empty.Waiting, empty.Held, empty.Dead, empty.Lateness));

        await _box.AddAsync();
        await _box.ClaimAsync();
        await _box.AddAsync();
        await _box.AddAsync();
        await _box.PassAsync(TimeSpan.FromSeconds(5));
        var depth = await _box.Queue.MeasureAsync("q", default);
        Assert.Equal((2L, 1L), (depth.Waiting, depth.Held));
        Assert.InRange(depth.Lateness!.Value, 5_000, 60_000);
    }

    [Fact]
    public async Task After_the_clock_was_set_back_nothing_waits_for_a_time_that_has_come_already()
    {
        var hour = TimeSpan.FromHours(1);
        await _box.AddAsync(body: "held");
        await _box.ClaimAsync();
        await _box.AddAsync(body: "waits");
        Assert.False(await _box.Queue.IsAheadAsync(TimeSpan.FromSeconds(2), default));
        await _box.PassAsync(-hour);
        await _box.State.ExecuteAsync($"update work set created_at = created_at + {(long)hour.TotalMilliseconds}");
        Assert.True(await _box.Queue.IsAheadAsync(TimeSpan.FromSeconds(2), default));
        Assert.Empty(await _box.ClaimAsync());

        await _box.Queue.GoBackAsync(_box.Rules.Lease, default);
        Assert.False(await _box.Queue.IsAheadAsync(TimeSpan.FromSeconds(2), default));
        Assert.Equal("waits", Assert.Single(await _box.ClaimAsync()).Body);
        await _box.PassAsync(_box.Rules.Lease + TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await _box.ClaimAsync(owner: "other")).Count);
    }

    [Fact]
    public void Pauses_double_up_to_the_longest_with_a_little_chance()
    {
        Assert.InRange(_box.Rules.Pause(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
        Assert.InRange(_box.Rules.Pause(5), TimeSpan.FromSeconds(16), TimeSpan.FromSeconds(17.6));
        Assert.InRange(_box.Rules.Pause(1000), TimeSpan.FromHours(1), TimeSpan.FromHours(1.1));
    }

    private static WorkDraft Draft() =>
        new()
        {
            Queue = "q",
            TenantId = "default",
            Lane = "lane",
            Body = "{}",
        };

    private ValueTask<bool> CancelAsync(string id) =>
        _box.WriteAsync(transaction => _box.Queue.CancelAsync(transaction, id));
}
