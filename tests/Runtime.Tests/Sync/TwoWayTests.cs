using System.Globalization;
using Yyc3.Connectors.Runtime.Sync;
using Yyc3.Connectors.Runtime.Sync.Links;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>Both ways: nothing lost, nothing echoed, conflicts counted exactly.</summary>
public sealed class TwoWayTests
{
    private static readonly SyncPlan Both = SyncBox.Plan(SyncDirection.Bidirectional);

    /// <summary>The soak asks for more.</summary>
    private static readonly int Factor = int.Parse(
        Environment.GetEnvironmentVariable("YYC3_SOAK_FACTOR") ?? "1",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public async Task Each_side_gets_what_the_other_has_and_nothing_comes_back()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        box.Remote.Put("a", "1");
        target.Put("b", "2");
        var run = await box.SyncAsync(Both);
        Assert.Equal((2L, 1L, 1L, 0L), (run.Total, run.Pulled, run.Pushed, run.Conflicts));
        Assert.Equal(box.Remote.Values, target.Values);
        Assert.Equal((1, 1), (box.Remote.Written, target.Written));

        Assert.Equal(0, (await box.SyncAsync(Both)).Total);
        Assert.Equal((1, 1), (box.Remote.Written, target.Written));
    }

    [Fact]
    public async Task Records_that_both_sides_had_alike_are_only_linked()
    {
        var target = new FakeEnd(isSpaced: true);
        using var box = await SyncBox.CreateAsync(new FakeEnd(), target);
        box.Remote.Put("a", "same");
        target.Put("a", "same");
        var run = await box.SyncAsync(Both);
        Assert.Equal((SyncStatus.Completed, 0L), (run.Status, run.Total));
        Assert.Equal((0, 0), (box.Remote.Written, target.Written));
    }

    [Theory]
    [InlineData(ConflictPolicy.PreferLocal, "target")]
    [InlineData(ConflictPolicy.PreferRemote, "remote")]
    [InlineData(ConflictPolicy.NewestWins, "target")]
    internal async Task A_conflict_is_won_by_the_policy(ConflictPolicy policy, string winner)
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        box.Remote.Put("a", "before");
        await box.SyncAsync(Both);
        var now = box.State.Clock.GetUtcNow();
        box.Remote.Put("a", "remote", now);
        target.Put("a", "target", now.AddSeconds(1));

        var run = await box.SyncAsync(Both with { Conflicts = policy });
        Assert.Equal((1L, 0L, 0L, 1L), (run.Total, run.Pulled, run.Pushed, run.Conflicts));
        Assert.Equal(winner, box.Remote.Values["a"]);
        Assert.Equal(winner, target.Values["a"]);
        Assert.Equal(0, (await box.SyncAsync(Both with { Conflicts = policy })).Total);
    }

    [Fact]
    public async Task A_manual_conflict_leaves_both_as_they_are_and_is_counted_once()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        var manual = Both with { Conflicts = ConflictPolicy.Manual };
        box.Remote.Put("a", "before");
        await box.SyncAsync(manual);
        box.Remote.Put("a", "remote");
        target.Put("a", "target");

        Assert.Equal(1, (await box.SyncAsync(manual)).Conflicts);
        Assert.Equal(("remote", "target"), (box.Remote.Values["a"], target.Values["a"]));
        Assert.Equal(1, await box.State.CountAsync("sync_conflicts"));

        box.Remote.Put("a", "remote again");
        Assert.Equal(0, (await box.SyncAsync(manual)).Conflicts);
        Assert.Equal(("remote again", "target"), (box.Remote.Values["a"], target.Values["a"]));
        Assert.Equal(1, await box.State.CountAsync("sync_conflicts"));
    }

    [Theory]
    [InlineData("PreferLocal")]
    [InlineData("NewestWins")]
    [InlineData("PreferRemote")]
    public async Task A_record_that_one_side_refuses_stays_on_the_other_and_arrives_when_it_is_taken(string policy)
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        var plan = Both with { Conflicts = Enum.Parse<ConflictPolicy>(policy) };
        box.Remote.Put("a", "1");
        await box.SyncAsync(plan);
        box.Remote.Refused.Add("b");
        target.Put("b", "2");
        for (var round = 0; round < 2; round++)
        {
            var run = await box.SyncAsync(plan);
            Assert.Equal((SyncStatus.Partial, 1L, 1L), (run.Status, run.Total, run.Failed));
            Assert.Equal("2", target.Values["b"]);
        }

        box.Remote.Refused.Clear();
        Assert.Equal(1, (await box.SyncAsync(plan)).Pushed);
        Assert.Equal(target.Values, box.Remote.Values);
        Assert.Equal(0, (await box.SyncAsync(plan)).Total);
    }

    [Fact]
    public async Task A_side_that_shows_less_than_was_written_does_not_change_the_other()
    {
        var target = new FakeEnd { Shortens = true };
        using var box = await SyncBox.CreateAsync(target: target);
        box.Remote.Put("a", "a long value");
        Assert.Equal(1, (await box.SyncAsync(Both)).Pulled);
        Assert.Equal(("a long value", "a long"), (box.Remote.Values["a"], target.Values["a"]));
        Assert.Equal(0, (await box.SyncAsync(Both)).Total);
        Assert.Equal(0, (await box.SyncAsync(Both with { IsFull = true })).Total);
        Assert.Equal("a long value", box.Remote.Values["a"]);
    }

    [Fact]
    public async Task A_run_with_another_policy_settles_a_conflict_by_it_and_not_by_who_comes_first()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        var now = box.State.Clock.GetUtcNow();
        box.Remote.Put("a", "before", now);
        await box.SyncAsync(Both with { Conflicts = ConflictPolicy.Manual });
        box.Remote.Put("a", "remote", now.AddSeconds(1));
        target.Put("a", "target", now.AddSeconds(9));
        Assert.Equal(1, (await box.SyncAsync(Both with { Conflicts = ConflictPolicy.Manual })).Conflicts);

        box.Remote.Put("a", "remote again", now.AddSeconds(2));
        var run = await box.SyncAsync(Both with { Conflicts = ConflictPolicy.NewestWins });
        Assert.Equal((1L, 1L), (run.Total, run.Conflicts));
        Assert.Equal(("remote again", "target"), (box.Remote.Values["a"], target.Values["a"]));
    }

    [Fact]
    public async Task A_change_wins_over_a_deletion_when_the_newest_counts()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        box.Remote.Put("a", "before");
        box.Remote.Put("b", "before");
        var plan = Both with { Conflicts = ConflictPolicy.NewestWins };
        await box.SyncAsync(plan);
        box.Remote.Delete("a");
        target.Put("a", "kept");
        box.Remote.Put("b", "kept");
        target.Delete("b");

        Assert.Equal(2, (await box.SyncAsync(plan)).Conflicts);
        Assert.Equal(box.Remote.Values, target.Values);
        Assert.Equal(("kept", "kept"), (target.Values["a"], target.Values["b"]));
    }

    /// <summary>Seeds are told, so that a failure can be looked at again.</summary>
    [Theory]
    [InlineData(1, 250)]
    [InlineData(2, 250)]
    [InlineData(3, 250)]
    [InlineData(4, 250)]
    public async Task Random_histories_converge_without_echoes_and_count_conflicts_exactly(int seed, int histories)
    {
        using var state = await StateBox.CreateAsync();
        var (edits, writes, conflicts) = (0, 0, 0L);
        histories *= Factor;
        for (var history = 0; history < histories; history++)
        {
            var counts = await RunHistoryAsync(state, (seed * 100_000) + history);
            (edits, writes, conflicts) = (edits + counts.Edits, writes + counts.Writes, conflicts + counts.Conflicts);
        }

        TestContext.Current.SendDiagnosticMessage(
            $"seed {seed}: {histories} histories with {edits} edits, {writes} writes, {conflicts} conflicts"
        );
    }

    private static async Task<(int Edits, int Writes, long Conflicts)> RunHistoryAsync(StateBox state, int seed)
    {
        var random = new Random(seed);
        var target = new FakeEnd(random.Next(2) == 0, random.Next(2) == 0);
        var box = await SyncBox.CreateAsync(state, new FakeEnd(random.Next(2) == 0, random.Next(2) == 0), target);
        var policy = (ConflictPolicy)random.Next(1, 5);
        var plan = Both with { Conflicts = policy, BatchSize = random.Next(1, 6) };
        var synced = new Dictionary<string, string>(StringComparer.Ordinal);
        var now = box.State.Clock.GetUtcNow();
        var (edits, written, conflicts) = (0, 0, 0L);
        for (var round = 0; round < 4; round++)
        {
            for (var edit = random.Next(8); edit > 0; edit--)
            {
                var side = random.Next(2) == 0 ? box.Remote : target;
                var id = "id" + random.Next(4);
                now = now.AddSeconds(1);
                if (random.Next(4) == 0 && side.Values.ContainsKey(id))
                {
                    side.Delete(id, now);
                    edits++;
                }
                else
                {
                    side.Put(id, "v" + random.Next(5), now);
                    edits++;
                }
            }

            var expected = 0;
            foreach (
                var id in box
                    .Remote.Values.Keys.Concat(target.Values.Keys)
                    .Concat(synced.Keys)
                    .Distinct(StringComparer.Ordinal)
            )
            {
                var before = synced.GetValueOrDefault(id);
                var (left, right) = (box.Remote.Values.GetValueOrDefault(id), target.Values.GetValueOrDefault(id));
                expected += left != before && right != before && left != right ? 1 : 0;
            }

            var run = await box.SyncAsync(plan with { IsFull = random.Next(4) == 0 });
            Assert.True(SyncStatus.Completed == run.Status, $"seed {seed}: {run.Error}");
            conflicts += run.Conflicts;
            if (policy == ConflictPolicy.Manual)
            {
                await DecideAsync(box, plan, random);
            }

            Assert.True(
                Text(box.Remote) == Text(target),
                $"seed {seed}, round {round}: {Text(box.Remote)} is not {Text(target)}"
            );
            Assert.True(
                expected == run.Conflicts,
                $"seed {seed}, round {round}: {run.Conflicts}, not {expected} conflicts"
            );
            Assert.Equal(run.Total, run.Pulled + run.Pushed + run.Conflicts);
            synced = new Dictionary<string, string>(target.Values, StringComparer.Ordinal);
            written = box.Remote.Written + target.Written;
            Assert.True(written <= edits, $"seed {seed}: {written} writes for {edits} edits");
        }

        return (edits, written, conflicts);
    }

    /// <summary>Somebody decides all conflicts, this way and that.</summary>
    private static async Task DecideAsync(SyncBox box, SyncPlan plan, Random random)
    {
        var open = await new RunHistory(box.State.Store).ConflictsAsync(box.IntegrationId, null, 100, default);
        if (open.Count == 0)
        {
            return;
        }

        // The list is in no order that a seed gives; by id, the same seed decides alike every time.
        foreach (var conflict in open.OrderBy(conflict => conflict.RecordId, StringComparer.Ordinal))
        {
            await box.State.Store.WriteAsync(
                async transaction =>
                    await ConflictStore.DecideAsync(
                        transaction,
                        conflict.Id,
                        (ConflictChoice)random.Next(1, 3),
                        data: null
                    ),
                default
            );
        }

        var run = await box.SyncAsync(plan with { IsDecisions = true });
        Assert.Equal((SyncStatus.Completed, (long)open.Count), (run.Status, run.Total));
    }

    private static string Text(FakeEnd end) =>
        string.Join(' ', end.Values.OrderBy(pair => pair.Key, StringComparer.Ordinal));
}
