using System.Data.Common;
using Dapper;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>Runs, how far they have come, and what they could not move. Thread-safe.</summary>
internal sealed class RunStore(StateStore store, StateClock clock)
{
    /// <summary>How long ended runs can be looked at.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    /// <summary>No run of the integration is at work; one that waits will begin where it is told to.</summary>
    private const string Idle =
        "not exists (select 1 from sync_runs where integration_id = @integrationId and status = 2)";

    /// <summary>Adds a run. False when the schedule has fired it already.</summary>
    public static async Task<bool> AddAsync(DbTransaction transaction, SyncRun run, long? scheduledAt)
    {
        var added = await transaction.Connection!.ExecuteAsync(
            "insert into sync_runs (id, integration_id, tenant_id, work_id, schedule_id, scheduled_at, request, direction, status,"
                + " generation, total, processed, failed, pulled, pushed, conflicts, percentage, estimated_at, created_at, started_at)"
                + " select @Id, @IntegrationId, @TenantId, @WorkId, @ScheduleId, @scheduledAt, @Request, @direction, @status,"
                + " coalesce(max(generation), 0) + 1, 0, 0, 0, 0, 0, 0, 0, @EstimatedAt, @CreatedAt, @StartedAt"
                + " from sync_runs where integration_id = @IntegrationId on conflict do nothing",
            new
            {
                run.Id,
                run.IntegrationId,
                run.TenantId,
                run.WorkId,
                run.ScheduleId,
                scheduledAt,
                run.Request,
                direction = (int)run.Direction,
                status = (int)run.Status,
                run.EstimatedAt,
                run.CreatedAt,
                run.StartedAt,
            },
            transaction
        );
        return added > 0;
    }

    public ValueTask<SyncRun?> FindAsync(string id, CancellationToken cancellationToken) =>
        store.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<SyncRun>(SyncRun.Select + " where id = @id", new { id }),
            cancellationToken
        );

    /// <summary>Marks a run as under way.</summary>
    /// <returns>False when it has ended.</returns>
    public static async Task<bool> BeginAsync(DbTransaction transaction, string id) =>
        await transaction.Connection!.ExecuteAsync(
            "update sync_runs set status = 2, parked_until = null where id = @id and status in (1, 2)",
            new { id },
            transaction
        ) > 0;

    /// <summary>Adds what a page has done.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="id">The run.</param>
    /// <param name="counts">What it has moved.</param>
    /// <param name="expected">How many records a source has, told once; null for nothing new.</param>
    /// <param name="failures">What it could not move.</param>
    public async Task AdvanceAsync(
        DbTransaction transaction,
        string id,
        SyncCounts counts,
        long? expected,
        IReadOnlyList<SyncFailure> failures
    )
    {
        var failed = await transaction.Connection!.QuerySingleOrDefaultAsync<long>(
            "update sync_runs set processed = processed + @Total, failed = failed + @Failed, pulled = pulled + @Pulled,"
                + " pushed = pushed + @Pushed, conflicts = conflicts + @Conflicts, total = case when"
                + " processed + @Total > total + coalesce(@expected, 0) then processed + @Total"
                + " else total + coalesce(@expected, 0) end"
                + " where id = @id and status = 2 returning failed",
            new
            {
                id,
                counts.Total,
                counts.Failed,
                counts.Pulled,
                counts.Pushed,
                counts.Conflicts,
                expected,
            },
            transaction
        );
        // What a person sees never goes back, and is whole only at the end.
        await transaction.Connection!.ExecuteAsync(
            "update sync_runs set percentage = case when total = 0 then percentage when processed * 100 / total > 99 then 99"
                + " when processed * 100 / total > percentage then processed * 100 / total else percentage end where id = @id",
            new { id },
            transaction
        );
        for (var index = 0; index < failures.Count; index++)
        {
            var failure = failures[index];
            await transaction.Connection!.ExecuteAsync(
                "insert into sync_run_errors (run_id, number, resource, record_id, side, code, message, at)"
                    + $" values (@id, @number, @Resource, @RecordId, @side, @Code, @Message, {clock.Sql})",
                new
                {
                    id,
                    number = failed - failures.Count + index + 1,
                    failure.Resource,
                    failure.RecordId,
                    side = (int)failure.Side,
                    failure.Code,
                    failure.Message,
                    now = clock.Now,
                },
                transaction
            );
        }
    }

    public ValueTask<int> ParkAsync(string id, TimeSpan delay, CancellationToken cancellationToken) =>
        store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteAsync(
                    $"update sync_runs set parked_until = {clock.Sql} + @delay where id = @id and status = 2",
                    new
                    {
                        id,
                        delay = (long)delay.TotalMilliseconds,
                        now = clock.Now,
                    },
                    transaction
                ),
            cancellationToken
        );

    /// <summary>Ends a run; an end is never changed.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="id">The run.</param>
    /// <param name="status">The end; null for what its counts say.</param>
    /// <param name="error">Why it could not go on.</param>
    /// <returns>False when it had ended already.</returns>
    public async Task<bool> FinishAsync(DbTransaction transaction, string id, SyncStatus? status, string? error)
    {
        var ended = await transaction.Connection!.ExecuteAsync(
            "update sync_runs set status = case when @status is not null then @status"
                + " when @error is not null then case when processed > failed then 4 else 5 end"
                + " when failed > 0 then 4 else 3 end, error = @error,"
                + " total = case when @status is null and @error is null then processed else total end,"
                + " percentage = case when @status is null and @error is null then 100 else percentage end,"
                + $" parked_until = null, completed_at = {clock.Sql} where id = @id and status in (1, 2)",
            new
            {
                id,
                status = (int?)status,
                error,
                now = clock.Now,
            },
            transaction
        );
        if (ended > 0)
        {
            await ForgetAsync(transaction, id);
            await transaction.Connection!.ExecuteAsync(
                $"update integrations set last_sync_at = {clock.Sql}"
                    + " where id = (select integration_id from sync_runs where id = @id)",
                new { id, now = clock.Now },
                transaction
            );
        }

        return ended > 0;
    }

    /// <summary>Forgets how far an ended run had come, and runs of its integration that ended long ago, with their errors.</summary>
    private async Task ForgetAsync(DbTransaction transaction, string id)
    {
        await transaction.Connection!.ExecuteAsync("delete from sync_legs where run_id = @id", new { id }, transaction);
        await transaction.Connection!.ExecuteAsync(
            "delete from sync_runs where integration_id = (select integration_id from sync_runs where id = @id)"
                + $" and status > 2 and completed_at < {clock.Sql} - @retention",
            new
            {
                id,
                retention = (long)Retention.TotalMilliseconds,
                now = clock.Now,
            },
            transaction
        );
    }

    public ValueTask<SyncLeg?> FindLegAsync(
        string id,
        string resource,
        SyncSide side,
        CancellationToken cancellationToken
    ) =>
        store.ReadAsync(
            connection =>
                connection.QuerySingleOrDefaultAsync<SyncLeg>(
                    "select resource as Resource, side as Side, reading as Reading, cursor as Cursor, position as Position,"
                        + " is_done as IsDone from sync_legs where run_id = @id and resource = @resource and side = @side",
                    new
                    {
                        id,
                        resource,
                        side = (int)side,
                    }
                ),
            cancellationToken
        );

    public static Task SaveLegAsync(DbTransaction transaction, string id, SyncLeg leg) =>
        transaction.Connection!.ExecuteAsync(
            "insert into sync_legs (run_id, resource, side, reading, cursor, position, is_done)"
                + " values (@id, @Resource, @side, @reading, @Cursor, @Position, @IsDone)"
                + " on conflict (run_id, resource, side) do update set reading = excluded.reading, cursor = excluded.cursor,"
                + " position = excluded.position, is_done = excluded.is_done",
            new
            {
                id,
                leg.Resource,
                side = (int)leg.Side,
                reading = (int)leg.Reading,
                leg.Cursor,
                leg.Position,
                leg.IsDone,
            },
            transaction
        );

    /// <summary>Where the last run ended; null before the first.</summary>
    public ValueTask<string?> PositionAsync(
        string integrationId,
        string target,
        string resource,
        SyncSide side,
        CancellationToken cancellationToken
    ) =>
        store.ReadAsync(
            connection =>
                connection.ExecuteScalarAsync<string?>(
                    "select position from sync_positions where integration_id = @integrationId and target = @target"
                        + " and resource = @resource and side = @side",
                    new
                    {
                        integrationId,
                        target,
                        resource,
                        side = (int)side,
                    }
                ),
            cancellationToken
        );

    public Task SavePositionAsync(
        DbTransaction transaction,
        SyncRun run,
        string target,
        string resource,
        SyncSide side,
        string position
    ) =>
        transaction.Connection!.ExecuteAsync(
            "insert into sync_positions (integration_id, target, resource, side, position, run_id, updated_at)"
                + $" values (@IntegrationId, @target, @resource, @side, @position, @Id, {clock.Sql})"
                + " on conflict (integration_id, target, resource, side) do update set position = excluded.position,"
                + " run_id = excluded.run_id, updated_at = excluded.updated_at",
            new
            {
                run.IntegrationId,
                run.Id,
                target,
                resource,
                side = (int)side,
                position,
                now = clock.Now,
            },
            transaction
        );

    /// <summary>Sets where the next run begins. False while a run is at work.</summary>
    public ValueTask<bool> SetPositionAsync(
        string integrationId,
        string target,
        string resource,
        SyncSide side,
        string position,
        CancellationToken cancellationToken
    ) =>
        store.WriteAsync(
            async transaction =>
                await transaction.Connection!.ExecuteAsync(
                    "insert into sync_positions (integration_id, target, resource, side, position, run_id, updated_at)"
                        + $" select @integrationId, @target, @resource, @side, @position, null, {clock.Sql} where {Idle}"
                        + " on conflict (integration_id, target, resource, side) do update set position = excluded.position,"
                        + " run_id = null, updated_at = excluded.updated_at",
                    new
                    {
                        integrationId,
                        target,
                        resource,
                        side = (int)side,
                        position,
                        now = clock.Now,
                    },
                    transaction
                ) > 0,
            cancellationToken
        );

    /// <summary>Forgets where runs begin; the next one looks at every record. False while a run is at work.</summary>
    public ValueTask<bool> ResetAsync(
        string integrationId,
        string? resource,
        string? target,
        CancellationToken cancellationToken
    ) =>
        store.WriteAsync(
            async transaction =>
            {
                var parameters = new
                {
                    integrationId,
                    resource,
                    target,
                };
                if (!await transaction.Connection!.ExecuteScalarAsync<bool>($"select {Idle}", parameters, transaction))
                {
                    return false;
                }

                await transaction.Connection!.ExecuteAsync(
                    "delete from sync_positions where integration_id = @integrationId"
                        + " and (@resource is null or resource = @resource) and (@target is null or target = @target)",
                    parameters,
                    transaction
                );
                return true;
            },
            cancellationToken
        );
}
