using Yyc3.Connectors.Runtime.Sync;
using Yyc3.Connectors.Runtime.Sync.Links;
using Yyc3.Connectors.Runtime.Sync.Runs;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>What people decide about conflicts.</summary>
public sealed class DecisionTests
{
    private static readonly SyncPlan Manual = SyncBox.Plan(SyncDirection.Bidirectional) with
    {
        Conflicts = ConflictPolicy.Manual,
    };

    private static readonly SyncPlan Decisions = Manual with { IsDecisions = true };

    [Theory]
    [InlineData("Local", "target", "target")]
    [InlineData("Remote", "remote", "remote")]
    [InlineData("Merged", "both", "both")]
    public async Task The_version_that_counts_is_on_both_sides_and_stays(string choice, string remote, string other)
    {
        var target = new FakeEnd();
        using var box = await ConflictAsync(target);
        await DecideAsync(box, Enum.Parse<ConflictChoice>(choice));

        var run = await box.SyncAsync(Decisions);
        Assert.Equal((SyncStatus.Completed, 1L, 1L), (run.Status, run.Total, run.Pulled + run.Pushed));
        Assert.Equal((remote, other), (box.Remote.Values["a"], target.Values["a"]));
        Assert.Equal(0, await OpenAsync(box));
        Assert.Equal(0, (await box.SyncAsync(Manual)).Total);
    }

    [Fact]
    public async Task A_deletion_can_be_what_counts()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        box.Remote.Put("a", "before");
        await box.SyncAsync(Manual);
        box.Remote.Delete("a");
        target.Put("a", "target");
        await box.SyncAsync(Manual);
        await DecideAsync(box, ConflictChoice.Remote);
        await box.SyncAsync(Decisions);
        Assert.Empty(target.Values);
        Assert.Equal(0, (await box.SyncAsync(Manual)).Total);
    }

    [Fact]
    public async Task A_decision_about_what_has_changed_since_writes_nothing_and_the_conflict_is_shown_anew()
    {
        var target = new FakeEnd();
        using var box = await ConflictAsync(target);
        await DecideAsync(box, ConflictChoice.Local);
        box.Remote.Put("a", "remote again");

        var run = await box.SyncAsync(Decisions);
        Assert.Equal((SyncStatus.Partial, 1L), (run.Status, run.Failed));
        Assert.Equal(["a CONFLICT_CHANGED"], await box.ErrorsAsync(run.Id));
        Assert.Equal(("remote again", "target"), (box.Remote.Values["a"], target.Values["a"]));
        Assert.Equal(1, await OpenAsync(box));
        Assert.Equal(0, (await box.SyncAsync(Decisions)).Total);
    }

    [Fact]
    public async Task A_decision_that_cannot_be_written_leaves_the_conflict_open()
    {
        var target = new FakeEnd();
        using var box = await ConflictAsync(target);
        await DecideAsync(box, ConflictChoice.Local);
        box.Remote.Refused.Add("a");
        var run = await box.SyncAsync(Decisions);
        Assert.Equal((1L, 1L), (run.Total, run.Failed));
        Assert.Equal(1, await OpenAsync(box));
    }

    [Fact]
    public async Task A_decision_about_a_version_that_was_replaced_meanwhile_is_about_nothing()
    {
        var target = new FakeEnd();
        using var box = await ConflictAsync(target);
        var shown = (await ConflictsAsync(box)).Single();
        target.Put("a", "target again");
        await box.SyncAsync(Manual);
        var now = (await ConflictsAsync(box)).Single();
        Assert.NotEqual(shown.Id, now.Id);
        Assert.False(
            await box.State.Store.WriteAsync(
                async transaction =>
                    await ConflictStore.DecideAsync(transaction, shown.Id, ConflictChoice.Remote, data: null),
                default
            )
        );
    }

    [Fact]
    public async Task A_decision_that_a_side_will_never_take_does_not_hold_up_other_runs()
    {
        var target = new FakeEnd();
        using var box = await ConflictAsync(target);
        await DecideAsync(box, ConflictChoice.Local);
        box.Remote.Before = call =>
            call == "write"
                ? throw new Connectors.Sdk.ConnectorException(
                    Connectors.Sdk.ErrorKind.PermissionDenied,
                    "READ_ONLY",
                    "It may only be read."
                )
                : Task.CompletedTask;
        var run = await box.SyncAsync(Manual with { Direction = SyncDirection.Pull });
        Assert.Equal((SyncStatus.Partial, 1L), (run.Status, run.Failed));
        Assert.Equal(["a READ_ONLY"], await box.ErrorsAsync(run.Id));
        Assert.Equal(0, (await box.SyncAsync(Manual with { Direction = SyncDirection.Pull })).Failed);
        Assert.Equal(1, await OpenAsync(box));
    }

    [Fact]
    public async Task A_run_that_goes_on_after_a_crash_puts_the_rest_into_effect()
    {
        var target = new FakeEnd();
        using var box = await SyncBox.CreateAsync(target: target);
        for (var id = 0; id < 5; id++)
        {
            box.Remote.Put($"{id}", "before");
        }

        await box.SyncAsync(Manual);
        for (var id = 0; id < 5; id++)
        {
            box.Remote.Put($"{id}", "remote");
            target.Put($"{id}", "target");
        }

        Assert.Equal(5, (await box.SyncAsync(Manual)).Conflicts);
        await DecideAsync(box, ConflictChoice.Remote);
        var writes = 0;
        target.Before = call =>
            string.Equals(call, "write", StringComparison.Ordinal) && ++writes == 3
                ? throw new InvalidOperationException("dies")
                : Task.CompletedTask;
        var id1 = await box.StartAsync(Decisions);
        var item = (await box.ClaimAsync())!;
        await Assert.ThrowsAsync<InvalidOperationException>(() => box.Runner.RunAsync(item, default));
        target.Before = _ => Task.CompletedTask;
        await box.Runner.RunAsync(item, default);
        var run = await box.RunAsync(id1);
        Assert.Equal((SyncStatus.Completed, 5L, 5L), (run.Status, run.Total, run.Pulled));
        Assert.All(target.Values.Values, value => Assert.Equal("remote", value));
    }

    [Fact]
    public async Task A_conflict_that_both_sides_have_settled_by_themselves_is_closed()
    {
        var target = new FakeEnd();
        using var box = await ConflictAsync(target);
        box.Remote.Put("a", "target");
        await box.SyncAsync(Manual);
        Assert.Equal(0, await OpenAsync(box));
    }

    private static async Task<SyncBox> ConflictAsync(FakeEnd target)
    {
        var box = await SyncBox.CreateAsync(target: target);
        box.Remote.Put("a", "before");
        await box.SyncAsync(Manual);
        box.Remote.Put("a", "remote");
        target.Put("a", "target");
        Assert.Equal(1, (await box.SyncAsync(Manual)).Conflicts);
        return box;
    }

    private static async Task DecideAsync(SyncBox box, ConflictChoice choice)
    {
        var conflicts = await new RunHistory(box.State.Store).ConflictsAsync(box.IntegrationId, null, 10, default);
        foreach (var conflict in conflicts)
        {
            await box.State.Store.WriteAsync(
                async transaction =>
                    await ConflictStore.DecideAsync(
                        transaction,
                        conflict.Id,
                        choice,
                        choice == ConflictChoice.Merged ? """{"id":"a","value":"both"}""" : null
                    ),
                default
            );
        }
    }

    private static async Task<int> OpenAsync(SyncBox box) => (await ConflictsAsync(box)).Count;

    private static async Task<IReadOnlyList<ConflictRow>> ConflictsAsync(SyncBox box) =>
        await new RunHistory(box.State.Store).ConflictsAsync(box.IntegrationId, null, 10, default);
}
