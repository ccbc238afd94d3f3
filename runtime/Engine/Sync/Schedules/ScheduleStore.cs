using System.Data.Common;
using Dapper;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Sync.Schedules;

/// <summary>Schedules as people have set them; the scheduler follows them. Thread-safe.</summary>
internal sealed class ScheduleStore(StateStore store)
{
    public async ValueTask SaveAsync(SyncSchedule schedule, CancellationToken cancellationToken) =>
        await store.WriteAsync(transaction => SaveAsync(transaction, schedule), cancellationToken);

    public static Task<int> SaveAsync(DbTransaction transaction, SyncSchedule schedule) =>
        transaction.Connection!.ExecuteAsync(
            "insert into sync_schedules (id, integration_id, tenant_id, name, request, cron, time_zone, interval_seconds,"
                + " is_paused, is_automatic, created_at, updated_at) values (@Id, @IntegrationId, @TenantId, @Name, @Request,"
                + " @Cron, @TimeZone, @IntervalSeconds, @IsPaused, @IsAutomatic, @CreatedAt, @UpdatedAt)"
                + " on conflict (id) do update set name = excluded.name, request = excluded.request, cron = excluded.cron,"
                + " time_zone = excluded.time_zone, interval_seconds = excluded.interval_seconds,"
                + " is_paused = excluded.is_paused, updated_at = excluded.updated_at",
            schedule,
            transaction
        );

    public static Task<SyncSchedule?> FindAsync(DbTransaction transaction, string id) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<SyncSchedule>(
            SyncSchedule.Select + " where id = @id",
            new { id },
            transaction
        );

    public ValueTask<SyncSchedule?> FindAsync(string id, CancellationToken cancellationToken) =>
        store.ReadAsync(
            connection =>
                connection.QuerySingleOrDefaultAsync<SyncSchedule>(SyncSchedule.Select + " where id = @id", new { id }),
            cancellationToken
        );

    /// <summary>Those of an integration, oldest first; of all without one.</summary>
    public async ValueTask<IReadOnlyList<SyncSchedule>> ListAsync(
        string? integrationId,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.ReadAsync(
            connection =>
                connection.QueryAsync<SyncSchedule>(
                    SyncSchedule.Select
                        + " where @integrationId is null or integration_id = @integrationId order by created_at, id",
                    new { integrationId }
                ),
            cancellationToken
        );
        return rows.AsList();
    }

    /// <summary>Lets a schedule rest or go on. False when it is not there any more.</summary>
    public async ValueTask<bool> SetPausedAsync(SyncSchedule schedule, CancellationToken cancellationToken) =>
        await store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteAsync(
                    "update sync_schedules set is_paused = @IsPaused, updated_at = @UpdatedAt where id = @Id",
                    schedule,
                    transaction
                ),
            cancellationToken
        ) > 0;

    /// <summary>After the clock was set back: times that are still to come have not had their runs.</summary>
    public ValueTask<int> ForgetAheadAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteAsync(
                    "update sync_runs set scheduled_at = null where schedule_id is not null and scheduled_at > @now",
                    new { now = now.ToUnixTimeMilliseconds() },
                    transaction
                ),
            cancellationToken
        );

    public ValueTask<int> DeleteAsync(string id, CancellationToken cancellationToken) =>
        store.WriteAsync(transaction => DeleteAsync(transaction, id), cancellationToken);

    public static Task<int> DeleteAsync(DbTransaction transaction, string id) =>
        transaction.Connection!.ExecuteAsync("delete from sync_schedules where id = @id", new { id }, transaction);
}
