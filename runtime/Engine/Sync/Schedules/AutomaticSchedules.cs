using System.Data.Common;
using Yyc3.Connectors.Runtime.Integrations;

namespace Yyc3.Connectors.Runtime.Sync.Schedules;

/// <summary>
/// Keeps one schedule for each integration whose option <c>autoSync</c> is on; its runs pull. Thread-safe.
/// </summary>
internal sealed class AutomaticSchedules(ScheduleStore schedules, SyncScheduler scheduler, TimeProvider time)
{
    private const int DefaultInterval = 3600;

    /// <summary>Follows integrations as they are saved: with the schedule in their transaction, and then with its trigger.</summary>
    public IntegrationFollower Follower => new(SavingAsync, SavedAsync);

    private static string IdOf(Integration integration) => "sched-auto-" + integration.Id;

    private async Task SavingAsync(DbTransaction transaction, Integration integration)
    {
        var id = IdOf(integration);
        if (!integration.Options.AutoSync)
        {
            await ScheduleStore.DeleteAsync(transaction, id);
            return;
        }

        var old = await ScheduleStore.FindAsync(transaction, id);
        var interval = integration.Options.HasSyncInterval ? integration.Options.SyncInterval : DefaultInterval;
        if (old?.IntervalSeconds == interval)
        {
            return;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await ScheduleStore.SaveAsync(
            transaction,
            new SyncSchedule
            {
                Id = id,
                IntegrationId = integration.Id,
                TenantId = integration.TenantId,
                Name = "autoSync",
                Request = SyncPlans.Write(new SyncPlan { Direction = SyncDirection.Pull }),
                TimeZone = "UTC",
                IntervalSeconds = interval,
                IsPaused = old is { IsPaused: true },
                IsAutomatic = true,
                CreatedAt = old?.CreatedAt ?? now,
                UpdatedAt = now,
            }
        );
    }

    private async Task SavedAsync(Integration integration, CancellationToken cancellationToken)
    {
        if (!integration.Options.AutoSync)
        {
            // Its trigger finds no schedule any more and goes with its next fire.
            return;
        }

        // An unchanged schedule goes on as it was: applied anew it would fire for the times behind it.
        if (
            await schedules.FindAsync(IdOf(integration), cancellationToken) is { } schedule
            && schedule.UpdatedAt >= integration.UpdatedAt.ToUnixTimeMilliseconds()
        )
        {
            await scheduler.ApplyAsync(schedule, cancellationToken);
        }
    }
}
