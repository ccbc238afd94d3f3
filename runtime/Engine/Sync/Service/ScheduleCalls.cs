using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Yyc3.Connectors.Contracts.Sync.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Runtime.Sync.Schedules;
using Wire = Yyc3.Connectors.Contracts.Sync.V1;

namespace Yyc3.Connectors.Runtime.Sync.Service;

/// <summary>Schedules over the wire. Each keeps the request that its runs repeat.</summary>
internal sealed class ScheduleCalls(
    ConnectorCalls calls,
    ScheduleStore schedules,
    SyncScheduler scheduler,
    SyncStarter starter,
    SyncCheck check,
    TimeProvider time
)
{
    public async Task<Wire.SyncSchedule> CreateAsync(CreateSyncScheduleRequest request, ServerCallContext context)
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        var zone = request.TimeZone.Length > 0 ? request.TimeZone : "UTC";
        Check(request, zone);
        var start = new StartSyncRequest
        {
            IntegrationId = integration.Id,
            Direction = request.Direction,
            Filters = request.Filters,
            Options = request.Options,
        };
        var plan = SyncMapping.ToPlan(start, integration);
        await check.CheckAsync(context, integration, plan);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var schedule = new Schedules.SyncSchedule
        {
            Id = Ids.New("sched-"),
            IntegrationId = integration.Id,
            TenantId = integration.TenantId,
            Name = request.Name,
            Request = SyncPlans.Write(plan),
            Cron = request.HasCron ? request.Cron : null,
            TimeZone = zone,
            IntervalSeconds = request.HasInterval ? request.Interval : null,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await schedules.SaveAsync(schedule, context.CancellationToken);
        await scheduler.ApplyAsync(schedule, context.CancellationToken);
        return await ToProtoAsync(schedule, context);
    }

    public async Task<IReadOnlyList<Wire.SyncSchedule>> ListAsync(string integrationId, ServerCallContext context)
    {
        var integration = await calls.FindAsync(context, integrationId);
        var found = new List<Wire.SyncSchedule>();
        foreach (var schedule in await schedules.ListAsync(integration.Id, context.CancellationToken))
        {
            found.Add(await ToProtoAsync(schedule, context));
        }

        return found;
    }

    public async Task<Wire.SyncSchedule> GetAsync(string integrationId, string scheduleId, ServerCallContext context) =>
        await ToProtoAsync((await FindAsync(integrationId, scheduleId, context)).Schedule, context);

    public async Task DeleteAsync(string integrationId, string scheduleId, ServerCallContext context)
    {
        var (schedule, _) = await FindAsync(integrationId, scheduleId, context);
        if (schedule.IsAutomatic)
        {
            throw Fault.Invalid("scheduleId", "comes from the integration's option autoSync; turn that off");
        }

        await schedules.DeleteAsync(schedule.Id, context.CancellationToken);
        await scheduler.RemoveAsync(schedule.Id, context.CancellationToken);
    }

    public async Task<Wire.SyncSchedule> SetPausedAsync(
        string integrationId,
        string scheduleId,
        bool isPaused,
        ServerCallContext context
    )
    {
        var (schedule, _) = await FindAsync(integrationId, scheduleId, context);
        if (schedule.IsPaused != isPaused)
        {
            schedule = schedule with { IsPaused = isPaused, UpdatedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
            if (!await schedules.SetPausedAsync(schedule, context.CancellationToken))
            {
                throw NotFound();
            }

            await scheduler.ApplyAsync(schedule, context.CancellationToken);
        }

        return await ToProtoAsync(schedule, context);
    }

    public async Task<SyncRun> TriggerAsync(string integrationId, string scheduleId, ServerCallContext context)
    {
        var (schedule, integration) = await FindAsync(integrationId, scheduleId, context);
        return integration.IsActive
            ? await starter.StartAsync(
                integration,
                ScheduleFires.PlanOf(schedule, integration),
                context.CancellationToken
            )
            : throw new FaultException(Fault.IntegrationInactive);
    }

    private void Check(CreateSyncScheduleRequest request, string zone)
    {
        if (request.HasCron == request.HasInterval)
        {
            throw Fault.Invalid("cron", "or interval must be given, and not both");
        }

        if (request.HasCron && !scheduler.IsCron(request.Cron))
        {
            throw Fault.Invalid("cron", "must have the five fields of crontab, such as */15 * * * *");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            throw Fault.Invalid("timeZone", "must be an IANA name such as Europe/Berlin");
        }
    }

    private async Task<(Schedules.SyncSchedule Schedule, Integration Integration)> FindAsync(
        string integrationId,
        string scheduleId,
        ServerCallContext context
    )
    {
        var integration = await calls.FindAsync(context, integrationId);
        var schedule = await schedules.FindAsync(scheduleId, context.CancellationToken);
        return schedule is not null && string.Equals(schedule.IntegrationId, integration.Id, StringComparison.Ordinal)
            ? (schedule, integration)
            : throw NotFound();
    }

    private static FaultException NotFound() =>
        new(Fault.ScheduleNotFound) { Field = "scheduleId", Reason = "is not a schedule of this integration" };

    private async Task<Wire.SyncSchedule> ToProtoAsync(Schedules.SyncSchedule schedule, ServerCallContext context)
    {
        var proto = SyncMapping.ToProto(schedule);
        var next = await scheduler.NextAsync(schedule.Id, context.CancellationToken);
        proto.NextRunAt = next?.ToTimestamp();
        return proto;
    }
}
