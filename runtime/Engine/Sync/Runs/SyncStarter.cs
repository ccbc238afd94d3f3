using System.Data.Common;
using Dapper;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync.Links;

namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>Puts runs into the queue and takes them out of it. Thread-safe.</summary>
internal sealed class SyncStarter(
    StateStore store,
    WorkQueue queue,
    RunStore runs,
    RunHistory history,
    TimeProvider time
)
{
    /// <summary>Adds a run; it is durable when this returns.</summary>
    public async Task<SyncRun> StartAsync(
        Integration integration,
        SyncPlan plan,
        CancellationToken cancellationToken
    ) => (await StartAsync(integration, plan, schedule: default, cancellationToken))!;

    /// <summary>
    /// The same for a schedule. Null when the run of that time is there already, on whatever node it was started, or when another
    /// run of the integration waits that will do as well.
    /// </summary>
    public async Task<SyncRun?> StartAsync(
        Integration integration,
        SyncPlan plan,
        (string? Id, long? At) schedule,
        CancellationToken cancellationToken
    )
    {
        // A run goes by what the mapping was when it was asked for.
        plan = plan.Mapping is null ? plan with { Mapping = SyncPlans.MappingOf(integration) } : plan;
        var request = SyncPlans.Write(plan);
        var duration = await history.DurationAsync(integration.Id, plan.Direction, request, cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var run = await store.WriteAsync<SyncRun?>(
            async transaction =>
            {
                // Two that start at once must not both believe to be the first.
                await store.Dialect.LockAsync(transaction, $"sync:{integration.Id}");
                if (
                    schedule.Id is { } scheduleId
                    && await IsWaitingAsync(transaction, integration.Id, request, (scheduleId, schedule.At))
                )
                {
                    return null;
                }

                return await AddAsync(transaction, integration, plan.Direction, request, schedule, now + duration);
            },
            cancellationToken
        );
        queue.Wake(SyncRunner.Queue);
        return run;
    }

    /// <summary>
    /// Notes a decision about a conflict, and has it put into effect by a run; by one that waits to do the same, if there is one.
    /// </summary>
    /// <returns>The run; null when the conflict is not open any more.</returns>
    public async Task<SyncRun?> DecideAsync(
        Integration integration,
        SyncPlan plan,
        string conflictId,
        (ConflictChoice Choice, string? Data) decision,
        CancellationToken cancellationToken
    )
    {
        var request = SyncPlans.Write(plan);
        var run = await store.WriteAsync<SyncRun?>(
            async transaction =>
            {
                await store.Dialect.LockAsync(transaction, $"sync:{integration.Id}");
                if (!await ConflictStore.DecideAsync(transaction, conflictId, decision.Choice, decision.Data))
                {
                    return null;
                }

                return await transaction.Connection!.QueryFirstOrDefaultAsync<SyncRun>(
                        SyncRun.Select + " where integration_id = @Id and status = 1 and request = @request",
                        new { integration.Id, request },
                        transaction
                    ) ?? await AddAsync(transaction, integration, plan.Direction, request, default, estimatedAt: null);
            },
            cancellationToken
        );
        queue.Wake(SyncRunner.Queue);
        return run;
    }

    private async Task<SyncRun> AddAsync(
        DbTransaction transaction,
        Integration integration,
        SyncDirection direction,
        string request,
        (string? Id, long? At) schedule,
        long? estimatedAt
    )
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var id = Ids.New("sync-");
        var work = await queue.AddAsync(
            transaction,
            new WorkDraft
            {
                Queue = SyncRunner.Queue,
                TenantId = integration.TenantId,
                Lane = integration.Id,
                Body = id,
                IsLast = true,
            }
        );
        var run = new SyncRun
        {
            Id = id,
            IntegrationId = integration.Id,
            TenantId = integration.TenantId,
            WorkId = work,
            ScheduleId = schedule.Id,
            Request = request,
            Direction = direction,
            Status = await IsBusyAsync(transaction, integration.Id) ? SyncStatus.Pending : SyncStatus.InProgress,
            EstimatedAt = estimatedAt,
            CreatedAt = now,
            StartedAt = now,
        };
        await RunStore.AddAsync(transaction, run, schedule.At);
        return run;
    }

    /// <summary>Cancels a run; one that has ended stays as it is.</summary>
    public async Task CancelAsync(SyncRun run, CancellationToken cancellationToken) =>
        await store.WriteAsync(
            async transaction =>
            {
                if (run.WorkId is not null)
                {
                    await queue.CancelAsync(transaction, run.WorkId);
                }

                return await runs.FinishAsync(transaction, run.Id, SyncStatus.Cancelled, error: null);
            },
            cancellationToken
        );

    private static Task<bool> IsWaitingAsync(
        DbTransaction transaction,
        string integrationId,
        string request,
        (string Id, long? At) schedule
    ) =>
        transaction.Connection!.ExecuteScalarAsync<bool>(
            "select count(*) > 0 from sync_runs where"
                + " (integration_id = @integrationId and status = 1 and request = @request)"
                + " or (schedule_id = @id and scheduled_at = @at)",
            new
            {
                integrationId,
                request,
                id = schedule.Id,
                at = schedule.At,
            },
            transaction
        );

    private static Task<bool> IsBusyAsync(DbTransaction transaction, string integrationId) =>
        transaction.Connection!.ExecuteScalarAsync<bool>(
            "select count(*) > 0 from sync_runs where integration_id = @integrationId and status in (1, 2)",
            new { integrationId },
            transaction
        );
}
