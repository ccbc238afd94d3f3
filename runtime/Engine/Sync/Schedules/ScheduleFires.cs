using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Contracts.Sync.V1;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Runtime.Sync.Service;

namespace Yyc3.Connectors.Runtime.Sync.Schedules;

/// <summary>Starts the runs of schedules. Thread-safe, and on several nodes at once.</summary>
internal sealed partial class ScheduleFires(
    ScheduleStore schedules,
    IntegrationStore integrations,
    SyncStarter starter,
    ILogger<ScheduleFires> logger
)
{
    /// <summary>What a run of a schedule does; an automatic one goes by the integration's options of now.</summary>
    public static SyncPlan PlanOf(SyncSchedule schedule, Integration integration) =>
        schedule.IsAutomatic ? SyncMapping.ToPlan(Pull, integration) : SyncPlans.Read(schedule.Request);

    private static readonly StartSyncRequest Pull = new() { Direction = Contracts.Sync.V1.SyncDirection.Pull };

    /// <summary>
    /// Starts the run that was due at a time. Nothing happens when it has been started already, when another run of the
    /// integration still waits, or when schedule or integration are at rest.
    /// </summary>
    /// <returns>False when there is no such schedule any more.</returns>
    public async Task<bool> FireAsync(string scheduleId, DateTimeOffset due, CancellationToken cancellationToken)
    {
        if (await schedules.FindAsync(scheduleId, cancellationToken) is not { } schedule)
        {
            return false;
        }

        var integration = await integrations.FindAsync(schedule.TenantId, schedule.IntegrationId, cancellationToken);
        if (schedule.IsAutomatic && integration is { Options.AutoSync: false })
        {
            return false;
        }

        if (schedule.IsPaused || integration is not { IsActive: true })
        {
            return true;
        }

        var run = await starter.StartAsync(
            integration,
            PlanOf(schedule, integration),
            (schedule.Id, due.ToUnixTimeMilliseconds()),
            cancellationToken
        );
        if (run is null)
        {
            LogLeftOut(logger, scheduleId);
        }

        return true;
    }

    [LoggerMessage(1, LogLevel.Debug, "A fire of {Schedule} is left out: its run is there, or another still waits.")]
    private static partial void LogLeftOut(ILogger logger, string schedule);
}
