using Microsoft.Extensions.DependencyInjection;
using Quartz;
using Yyc3.Connectors.Runtime.Sync.Runs;

namespace Yyc3.Connectors.Runtime.Sync.Schedules;

/// <summary>
/// Keeps Quartz's triggers as the schedules say. A fire that was missed while no node ran is made up for once; cron and interval
/// then go on as if nothing had been. Thread-safe.
/// </summary>
internal sealed class SyncScheduler(
    [FromKeyedServices(SyncScheduler.Name)] ISchedulerFactory factory,
    ScheduleStore schedules,
    ScheduleClock clock
)
{
    /// <summary>The name of Quartz's scheduler, in its tables too.</summary>
    public const string Name = "yyc3";

    private const string Group = SyncRunner.Queue;
    private static readonly JobKey Job = new("run", Group);

    /// <summary>Whether a text is a cron expression of five fields whose time ever comes.</summary>
    public bool IsCron(string text) =>
        CronExpression.TryParse(text, CronFormat.Unix, out var expression)
        && expression.GetNextValidTimeAfter(clock.GetUtcNow()) is not null;

    /// <summary>
    /// Makes the triggers that schedules lack, or that would fire too late; those of schedules that are gone go with their next
    /// fire.
    /// </summary>
    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        await scheduler.AddJob(
            JobBuilder.Create<SyncJob>().WithIdentity(Job).StoreDurably().Build(),
            AddJobOptions.Replacing,
            cancellationToken
        );
        await ScheduleAsync(scheduler, TriggerConflict.KeepEarlier, cancellationToken);
    }

    /// <summary>Lets every schedule fire next when its time comes from now on, whatever it waited for.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken) =>
        await ScheduleAsync(await factory.GetScheduler(cancellationToken), TriggerConflict.Replace, cancellationToken);

    /// <summary>Takes up a schedule, or what it has become.</summary>
    public async Task ApplyAsync(SyncSchedule schedule, CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        if (schedule.IsPaused)
        {
            await scheduler.UnscheduleJob(KeyOf(schedule.Id), cancellationToken);
            return;
        }

        await scheduler.ScheduleTrigger(TriggerOf(schedule), TriggerConflict.Replace, cancellationToken);
    }

    public async Task RemoveAsync(string scheduleId, CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        await scheduler.UnscheduleJob(KeyOf(scheduleId), cancellationToken);
    }

    /// <summary>When it fires next; null when it rests.</summary>
    public async Task<DateTimeOffset?> NextAsync(string scheduleId, CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        var trigger = await scheduler.GetTrigger(KeyOf(scheduleId), cancellationToken);
        return trigger?.NextFireTimeUtc;
    }

    private bool CanFire(SyncSchedule schedule) =>
        schedule.Cron is not { } cron
        || (IsCron(cron) && TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out _));

    private async Task ScheduleAsync(
        IScheduler scheduler,
        TriggerConflict conflict,
        CancellationToken cancellationToken
    )
    {
        var all = await schedules.ListAsync(integrationId: null, cancellationToken);
        // One that can never fire, here at least, must not keep the others from firing.
        foreach (var schedule in all.Where(schedule => !schedule.IsPaused && CanFire(schedule)))
        {
            await scheduler.ScheduleTrigger(TriggerOf(schedule), conflict, cancellationToken);
        }
    }

    private static TriggerKey KeyOf(string scheduleId) => new(scheduleId, Group);

    private ITrigger TriggerOf(SyncSchedule schedule)
    {
        var now = clock.GetUtcNow();
        var trigger = TriggerBuilder.Create(clock).WithIdentity(KeyOf(schedule.Id)).ForJob(Job);
        if (schedule.Cron is { } cron)
        {
            return trigger
                .StartAt(now)
                .WithSchedule(
                    CronScheduleBuilder
                        .Create(cron, CronFormat.Unix)
                        .InTimeZone(TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone))
                        .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)
                )
                .Build();
        }

        var interval = TimeSpan.FromSeconds(schedule.IntervalSeconds!.Value);
        return trigger
            .StartAt(NextAfter(now, DateTimeOffset.FromUnixTimeMilliseconds(schedule.UpdatedAt), interval))
            .WithSimpleSchedule(simple =>
                simple
                    .WithInterval(interval)
                    .RepeatForever()
                    .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NowWithRemainingCount)
            )
            .Build();
    }

    /// <summary>The first of the times that are whole intervals from a beginning, which may be one of another clock.</summary>
    private static DateTimeOffset NextAfter(DateTimeOffset now, DateTimeOffset begin, TimeSpan interval) =>
        begin > now ? now + interval : now + interval - TimeSpan.FromTicks((now - begin).Ticks % interval.Ticks);
}
