using System.Data.Common;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync.Carrying;
using Yyc3.Connectors.Runtime.Sync.Links;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>
/// Does the runs: each is a piece of work, taken up by whatever node has room, and gone on with where its last page was written
/// when that node dies. Thread-safe.
/// </summary>
internal sealed partial class SyncRunner(
    StateStore store,
    StateClock clock,
    RunStore runs,
    SyncSides sides,
    WorkQueue queue,
    ILogger<SyncRunner> logger
)
{
    public const string Queue = "sync";

    /// <summary>A side that asks to be left alone, without saying for how long, is left alone this long.</summary>
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(30);

    /// <summary>Runs of one integration never overlap.</summary>
    public static WorkRules Rules { get; } =
        new()
        {
            Queue = Queue,
            LaneLimit = 1,
            IsOrdered = true,
            NodeLimit = 16,
            MaxAttempts = 6,
            FirstPause = TimeSpan.FromSeconds(1),
            LongestPause = TimeSpan.FromMinutes(5),
        };

    public async Task<WorkOutcome> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Body;
        if (await runs.FindAsync(id, cancellationToken) is not { HasEnded: false } run)
        {
            // Cancelled, or deleted with its integration.
            return WorkOutcome.Finished;
        }

        try
        {
            await store.WriteAsync(
                async transaction =>
                {
                    await WorkQueue.HoldAsync(transaction, item);
                    return await RunStore.BeginAsync(transaction, id);
                },
                cancellationToken
            );
            await MoveAsync(item, run, cancellationToken);
            await FinishAsync(item, id, error: null, CancellationToken.None);
            return WorkOutcome.Settled;
        }
        catch (SyncStoppedException fault)
        {
            await FinishAsync(item, id, fault.Message, CancellationToken.None);
            return WorkOutcome.Settled;
        }
        catch (Exception fault) when (fault is ConnectorException or FaultException)
        {
            return await FailAsync(item, id, Failure.Of(fault), cancellationToken);
        }
        catch (Exception fault)
            when (item.Attempts >= Rules.MaxAttempts
                && fault is not (OperationCanceledException or WorkLostException)
                && !(fault is DbException refusal && store.Dialect.IsPassing(refusal))
            )
        {
            // The work would be dead and the run at work for ever, in the way of those behind it.
            LogUnexpected(logger, fault, id);
            await FinishAsync(item, id, "The runtime failed unexpectedly.", CancellationToken.None);
            return WorkOutcome.Settled;
        }
    }

    private async Task MoveAsync(WorkItem item, SyncRun run, CancellationToken cancellationToken)
    {
        var plan = SyncPlans.Read(run.Request);
        var ends = await sides.OpenAsync(run, plan, cancellationToken);
        await new DecisionRunner(store, clock, runs, item, run, plan, ends).RunAsync(cancellationToken);
        if (plan.IsDecisions)
        {
            return;
        }

        var remote = await ends.Remote.ListResourcesAsync(cancellationToken);
        var target = await ends.Target.ListResourcesAsync(cancellationToken);
        Check(plan, remote, target, ends);
        await Parallel.ForEachAsync(
            ResourcesOf(plan, remote, target),
            new ParallelOptions { MaxDegreeOfParallelism = plan.Parallelism, CancellationToken = cancellationToken },
            async (name, token) =>
            {
                if (plan.Direction is SyncDirection.Pull or SyncDirection.Bidirectional)
                {
                    await LegAsync(item, run, plan, SyncSide.Remote, Named(remote, name), ends, token);
                }

                if (plan.Direction is SyncDirection.Push or SyncDirection.Bidirectional)
                {
                    // What was pulled just now may have made it.
                    var there = await ends.Target.ListResourcesAsync(token);
                    await LegAsync(item, run, plan, SyncSide.Target, Named(there, name), ends, token);
                }
            }
        );
    }

    /// <summary>A resource that was asked for by name and is nowhere is a mistake, and not an empty one.</summary>
    private static void Check(
        SyncPlan plan,
        IReadOnlyList<RecordResource> remote,
        IReadOnlyList<RecordResource> target,
        SyncEnds ends
    )
    {
        foreach (var name in plan.Resources)
        {
            var isThere = plan.Direction switch
            {
                SyncDirection.Pull => Named(remote, name) is not null,
                SyncDirection.Push => ends.Target.IsLocal || Named(target, name) is not null,
                _ => ends.Target.IsLocal || (Named(remote, name) ?? Named(target, name)) is not null,
            };
            if (!isThere)
            {
                throw new SyncStoppedException($"There is no resource named {name}.");
            }
        }
    }

    private static IEnumerable<string> ResourcesOf(
        SyncPlan plan,
        IReadOnlyList<RecordResource> remote,
        IReadOnlyList<RecordResource> target
    )
    {
        if (plan.Resources.Count > 0)
        {
            return plan.Resources;
        }

        IEnumerable<RecordResource> all = plan.Direction switch
        {
            SyncDirection.Pull => remote,
            SyncDirection.Push => target,
            _ => remote.Concat(target),
        };
        return all.Select(resource => resource.Name).Distinct(StringComparer.Ordinal);
    }

    private static RecordResource? Named(IReadOnlyList<RecordResource> resources, string name) =>
        resources.FirstOrDefault(resource => string.Equals(resource.Name, name, StringComparison.Ordinal));

    /// <summary>A resource that a side does not have holds nothing.</summary>
    private Task LegAsync(
        WorkItem item,
        SyncRun run,
        SyncPlan plan,
        SyncSide side,
        RecordResource? resource,
        SyncEnds ends,
        CancellationToken cancellationToken
    )
    {
        if (resource is null)
        {
            return Task.CompletedTask;
        }

        var links = new LinkStore(store, run.IntegrationId, plan.Target, resource.Name);
        var conflicts = new ConflictStore(store, clock, run.IntegrationId, plan.Target);
        var from = side == SyncSide.Remote ? ends.Remote : ends.Target;
        var to = side == SyncSide.Remote ? ends.Target : ends.RemoteAsTarget(resource.Name);
        var mapping = side == SyncSide.Remote ? ends.Mappings.Pull(resource.Name) : null;
        var carrier = new PageCarrier(plan, run.Id, run.Generation, side, resource, to, mapping, links, conflicts);
        return new LegRunner(store, runs, item, run, plan, side, resource, from, carrier, links, conflicts).RunAsync(
            cancellationToken
        );
    }

    private async Task<WorkOutcome> FailAsync(
        WorkItem item,
        string id,
        Failure failure,
        CancellationToken cancellationToken
    )
    {
        if (failure.RetryAfter is not null || failure.IsThrottled)
        {
            var pause = failure.RetryAfter ?? DefaultPause;
            LogParked(logger, id, pause);
            await runs.ParkAsync(id, pause, cancellationToken);
            return new WorkOutcome.Parked(pause);
        }

        if (failure.IsRetryable && item.Attempts < Rules.MaxAttempts)
        {
            LogRetried(logger, id, failure.Message);
            return new WorkOutcome.Failed(failure.Message);
        }

        await FinishAsync(item, id, failure.Message, CancellationToken.None);
        return WorkOutcome.Settled;
    }

    private ValueTask<int> FinishAsync(WorkItem item, string id, string? error, CancellationToken cancellationToken) =>
        store.WriteAsync(
            async transaction =>
            {
                await queue.CompleteAsync(transaction, item);
                await runs.FinishAsync(transaction, id, status: null, error);
                return 0;
            },
            cancellationToken
        );

    [LoggerMessage(1, LogLevel.Information, "The run {Run} is laid aside for {Pause}, as a provider asks.")]
    private static partial void LogParked(ILogger logger, string run, TimeSpan pause);

    [LoggerMessage(3, LogLevel.Error, "The run {Run} failed unexpectedly.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string run);

    [LoggerMessage(2, LogLevel.Warning, "The run {Run} is tried again later: {Reason}")]
    private static partial void LogRetried(ILogger logger, string run, string reason);

    /// <summary>What a side's error means for a run.</summary>
    private sealed record Failure(string Message, bool IsRetryable, bool IsThrottled, TimeSpan? RetryAfter)
    {
        public static Failure Of(Exception fault) =>
            fault switch
            {
                ConnectorException connector => new Failure(
                    connector.Message,
                    ConnectorFaults.IsRetryable(connector.Kind),
                    connector.Kind == ErrorKind.Throttled,
                    connector.RetryAfter
                ),
                FaultException runtime => new Failure(
                    runtime.Reason ?? runtime.Message,
                    runtime.Retryable == true,
                    IsThrottled: false,
                    RetryAfter: null
                ),
                _ => new Failure("The runtime failed unexpectedly.", false, false, null),
            };
    }
}
