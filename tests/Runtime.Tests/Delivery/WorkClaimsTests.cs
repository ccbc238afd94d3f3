using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Delivery;

/// <summary>Who is served, and when.</summary>
public sealed class WorkClaimsTests
{
    [Fact]
    public async Task Work_that_fits_a_batch_is_taken_oldest_first()
    {
        using var box = await WorkBox.CreateAsync();
        for (var number = 0; number < 5; number++)
        {
            await box.AddAsync(lane: $"lane-{number}", body: $"{number}");
            await box.PassAsync(TimeSpan.FromSeconds(1));
        }

        var claimed = await box.ClaimAsync(3);
        Assert.Equal(3, claimed.Count);
        Assert.Equal(2, (await box.ClaimAsync()).Count);
        Assert.Empty(await box.ClaimAsync());
    }

    [Fact]
    public async Task A_flood_in_one_lane_leaves_the_other_lanes_their_turn()
    {
        using var box = await WorkBox.CreateAsync();
        await box.AddManyAsync(500, "flood");
        await box.PassAsync(TimeSpan.FromMinutes(1));
        await box.AddManyAsync(3, "quiet");
        await box.AddManyAsync(3, "calm");

        var first = await box.ClaimAsync(20);
        Assert.Equal(20, first.Count);
        Assert.Equal(3, first.Count(item => item.Lane == "default/quiet"));
        Assert.Equal(3, first.Count(item => item.Lane == "default/calm"));
    }

    [Fact]
    public async Task A_tenant_with_many_lanes_does_not_starve_a_tenant_with_one()
    {
        using var box = await WorkBox.CreateAsync();
        for (var lane = 0; lane < 100; lane++)
        {
            await box.AddManyAsync(5, $"lane-{lane:d3}", "acme");
        }

        await box.PassAsync(TimeSpan.FromMinutes(1));
        await box.AddManyAsync(40, "only");
        var claims = box.Claims();
        var own = 0;
        for (var round = 0; round < 4; round++)
        {
            var claimed = await claims.ClaimAsync(20, default);
            Assert.Equal(20, claimed.Count);
            own += claimed.Count(item => item.TenantId == "default");
        }

        Assert.Equal(40, own);
    }

    [Fact]
    public async Task Lanes_beyond_the_window_have_their_turn_too()
    {
        using var box = await WorkBox.CreateAsync();
        for (var lane = 0; lane < 60; lane++)
        {
            await box.AddManyAsync(10, $"lane-{lane:d2}");
        }

        var claims = box.Claims();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < 4; round++)
        {
            seen.UnionWith((await claims.ClaimAsync(16, default)).Select(item => item.Lane));
        }

        Assert.Equal(60, seen.Count);
    }

    [Fact]
    public async Task A_full_lane_waits_and_hides_nothing_behind_it()
    {
        using var box = await WorkBox.CreateAsync(Rules(laneLimit: 1));
        await box.AddManyAsync(200, "full");
        await box.PassAsync(TimeSpan.FromMinutes(1));
        await box.AddManyAsync(2, "other");

        var first = await box.ClaimAsync(10);
        Assert.Equal(["default/full", "default/other"], first.Select(item => item.Lane).Order(StringComparer.Ordinal));
        Assert.Empty(await box.ClaimAsync(10));

        await box.Queue.CompleteAsync([first.Single(item => item.Lane == "default/other")], default);
        Assert.Equal("default/other", Assert.Single(await box.ClaimAsync(10)).Lane);
    }

    [Fact]
    public async Task Nodes_that_claim_at_once_never_take_the_same_nor_overfill_a_lane()
    {
        using var box = await WorkBox.CreateAsync(Rules(laneLimit: 2));
        for (var lane = 0; lane < 20; lane++)
        {
            await box.AddManyAsync(6, $"lane-{lane:d2}");
        }

        var done = 0;
        var most = 0;
        var held = new System.Collections.Concurrent.ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(node =>
                    Task.Run(async () =>
                    {
                        var claims = box.Claims($"node-{node}");
                        while (Volatile.Read(ref done) < 120)
                        {
                            foreach (var item in await claims.ClaimAsync(5, default))
                            {
                                var now = held.AddOrUpdate(item.Lane, 1, (_, count) => count + 1);
                                InterlockedMax(ref most, now);
                                await Task.Yield();
                                held.AddOrUpdate(item.Lane, 0, (_, count) => count - 1);
                                Assert.Equal(1, await box.Queue.CompleteAsync([item], default));
                                Interlocked.Increment(ref done);
                            }
                        }
                    })
                )
        );
        Assert.Equal(120, done);
        Assert.InRange(most, 1, 2);
        Assert.All(await box.RowsAsync(), row => Assert.Equal(WorkState.Done, row.State));
    }

    [Fact]
    public async Task Queues_do_not_see_each_other()
    {
        using var box = await WorkBox.CreateAsync();
        await box.AddAsync(queue: "other");
        Assert.Empty(await box.ClaimAsync());
    }

    private static WorkRules Rules(int laneLimit) =>
        new()
        {
            Queue = "q",
            LaneLimit = laneLimit,
            NodeLimit = 100,
            MaxAttempts = 3,
        };

    private static void InterlockedMax(ref int most, int value)
    {
        int known;
        while ((known = Volatile.Read(ref most)) < value)
        {
            Interlocked.CompareExchange(ref most, value, known);
        }
    }
}
