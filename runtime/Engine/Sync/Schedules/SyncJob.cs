using Quartz;

namespace Yyc3.Connectors.Runtime.Sync.Schedules;

/// <summary>What a fire does: it puts a run into the queue, once for each time it was due, and no more.</summary>
internal sealed class SyncJob(ScheduleFires fires) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var key = context.Trigger.Key;
        var due = context.ScheduledFireTimeUtc ?? context.FireTimeUtc;
        if (!await fires.FireAsync(key.Name, due, cancellationToken))
        {
            // Its integration is gone.
            await context.Scheduler.UnscheduleJob(key, cancellationToken);
        }
    }
}
