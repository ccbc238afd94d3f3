using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Yyc3.Connectors.Contracts.Sync.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync.Records;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Service;

/// <summary>Syncs over the wire.</summary>
internal sealed class SyncService(
    ConnectorCalls calls,
    SyncStarter starter,
    RunStore runs,
    RunHistory history,
    SyncCheck check,
    ScheduleCalls schedules,
    StateCalls states,
    ConflictCalls conflicts,
    PreviewCalls previews,
    StateStore store,
    StateClock clock,
    TimeProvider time,
    IHostApplicationLifetime lifetime
) : Contracts.Sync.V1.SyncService.SyncServiceBase
{
    private const int DefaultRuns = 20;
    private const int DefaultPage = 100;
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromMilliseconds(250);

    public override async Task<StartSyncResponse> StartSync(StartSyncRequest request, ServerCallContext context)
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        if (!integration.IsActive)
        {
            throw new FaultException(Fault.IntegrationInactive);
        }

        var plan = SyncMapping.ToPlan(request, integration);
        await check.CheckAsync(context, integration, plan);
        var run = await starter.StartAsync(integration, plan, context.CancellationToken);
        var sync = Told(run);
        return new StartSyncResponse
        {
            SyncId = sync.SyncId,
            Status = sync.Status,
            Direction = sync.Direction,
            StartedAt = sync.StartedAt,
            EstimatedCompletion = sync.EstimatedCompletion,
        };
    }

    public override async Task<ListSyncsResponse> ListSyncs(ListSyncsRequest request, ServerCallContext context)
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        var most = request.HasLimit ? request.Limit : DefaultRuns;
        var found = await history.ListAsync(
            integration.Id,
            PageCursor.Read(request.Cursor),
            most + 1,
            context.CancellationToken
        );
        var response = new ListSyncsResponse { Syncs = { found.Take(most).Select(run => Told(run)) } };
        if (found.Count > most)
        {
            response.NextCursor = PageCursor.Write(found[most - 1].CreatedAt, found[most - 1].Id);
        }

        return response;
    }

    public override async Task<GetSyncResponse> GetSync(GetSyncRequest request, ServerCallContext context) =>
        new() { Sync = Told(await FindAsync(context, request.IntegrationId, request.SyncId)) };

    public override async Task WatchSync(
        WatchSyncRequest request,
        IServerStreamWriter<WatchSyncResponse> responseStream,
        ServerCallContext context
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken,
            lifetime.ApplicationStopping
        );
        Contracts.Sync.V1.Sync? told = null;
        while (true)
        {
            var run = await FindAsync(context, request.IntegrationId, request.SyncId);
            var now = Told(run);
            if (HasMoved(told, now))
            {
                await responseStream.WriteAsync(new WatchSyncResponse { Sync = now }, end.Token);
                told = now;
            }

            if (run.HasEnded)
            {
                return;
            }

            try
            {
                await Task.Delay(WatchPeriod, time, end.Token);
            }
            catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                throw new FaultException(Fault.ShuttingDown) { Retryable = true };
            }
        }
    }

    public override async Task<CancelSyncResponse> CancelSync(CancelSyncRequest request, ServerCallContext context)
    {
        var run = await FindAsync(context, request.IntegrationId, request.SyncId);
        await starter.CancelAsync(run, context.CancellationToken);
        return new CancelSyncResponse { Sync = Told(await FindAsync(context, request.IntegrationId, request.SyncId)) };
    }

    public override async Task<ListSyncErrorsResponse> ListSyncErrors(
        ListSyncErrorsRequest request,
        ServerCallContext context
    )
    {
        var run = await FindAsync(context, request.IntegrationId, request.SyncId);
        var most = request.HasLimit ? request.Limit : DefaultPage;
        var found = await history.FailuresAsync(
            run.Id,
            PageCursor.Read(request.Cursor)?.Number ?? -1,
            most + 1,
            context.CancellationToken
        );
        var response = new ListSyncErrorsResponse { Errors = { found.Take(most).Select(SyncMapping.ToProto) } };
        if (found.Count > most)
        {
            response.NextCursor = PageCursor.Write(found[most - 1].Number, "");
        }

        return response;
    }

    public override async Task<ListSyncStatesResponse> ListSyncStates(
        ListSyncStatesRequest request,
        ServerCallContext context
    ) => new() { States = { await states.ListAsync(request.IntegrationId, context) } };

    public override async Task<SetSyncStateResponse> SetSyncState(
        SetSyncStateRequest request,
        ServerCallContext context
    ) => new() { State = await states.SetAsync(request, context) };

    public override async Task<ResetSyncStateResponse> ResetSyncState(
        ResetSyncStateRequest request,
        ServerCallContext context
    )
    {
        await states.ResetAsync(request, context);
        return new ResetSyncStateResponse();
    }

    public override Task<ListSyncConflictsResponse> ListSyncConflicts(
        ListSyncConflictsRequest request,
        ServerCallContext context
    ) => conflicts.ListAsync(request, context);

    public override async Task<ResolveSyncConflictResponse> ResolveSyncConflict(
        ResolveSyncConflictRequest request,
        ServerCallContext context
    ) => new() { Sync = await conflicts.ResolveAsync(request, context) };

    public override Task<PreviewSyncResponse> PreviewSync(PreviewSyncRequest request, ServerCallContext context) =>
        previews.PreviewAsync(request, context);

    public override async Task<ListRecordsResponse> ListRecords(ListRecordsRequest request, ServerCallContext context)
    {
        var records = await RecordsAsync(context, request.IntegrationId);
        if (request.RecordId.Length > 0)
        {
            var found = await records.FindAsync(request.Resource, [request.RecordId], context.CancellationToken);
            return new ListRecordsResponse
            {
                Records = { found.Select(record => SyncMapping.ToProto(request.Resource, record)) },
            };
        }

        var page = await records.ReadAsync(
            new RecordQuery(request.Resource)
            {
                Cursor = request.Cursor.Length > 0 ? request.Cursor : null,
                Limit = request.HasLimit ? request.Limit : DefaultPage,
            },
            context.CancellationToken
        );
        var response = new ListRecordsResponse
        {
            Records = { page.Records.Select(record => SyncMapping.ToProto(request.Resource, record)) },
        };
        if (page is { HasMore: true, Cursor: { } next })
        {
            response.NextCursor = next;
        }

        return response;
    }

    public override async Task<PutRecordResponse> PutRecord(PutRecordRequest request, ServerCallContext context)
    {
        if (RecordIds.Obstacle(request.RecordId) is { } obstacle)
        {
            throw Fault.Invalid("recordId", obstacle);
        }

        var records = await RecordsAsync(context, request.IntegrationId);
        var record = new SyncRecord
        {
            Id = request.RecordId,
            ModifiedAt = time.GetUtcNow(),
            Data = RecordText.Of(request.Data.Memory),
        };
        await records.WriteAsync(new RecordBatch(request.Resource, [record]), context.CancellationToken);
        var written = await records.FindAsync(request.Resource, [request.RecordId], context.CancellationToken);
        return new PutRecordResponse { Record = SyncMapping.ToProto(request.Resource, written[0]) };
    }

    public override async Task<DeleteRecordResponse> DeleteRecord(
        DeleteRecordRequest request,
        ServerCallContext context
    )
    {
        var records = await RecordsAsync(context, request.IntegrationId);
        var there = await records.FindAsync(request.Resource, [request.RecordId], context.CancellationToken);
        if (there.Count == 0)
        {
            throw new FaultException(Fault.RecordNotFound) { Field = "recordId", Reason = "is not a record" };
        }

        var gone = new SyncRecord
        {
            Id = request.RecordId,
            IsDeleted = true,
            ModifiedAt = time.GetUtcNow(),
        };
        await records.WriteAsync(new RecordBatch(request.Resource, [gone]), context.CancellationToken);
        return new DeleteRecordResponse();
    }

    public override async Task<CreateSyncScheduleResponse> CreateSyncSchedule(
        CreateSyncScheduleRequest request,
        ServerCallContext context
    ) => new() { Schedule = await schedules.CreateAsync(request, context) };

    public override async Task<ListSyncSchedulesResponse> ListSyncSchedules(
        ListSyncSchedulesRequest request,
        ServerCallContext context
    ) => new() { Schedules = { await schedules.ListAsync(request.IntegrationId, context) } };

    public override async Task<GetSyncScheduleResponse> GetSyncSchedule(
        GetSyncScheduleRequest request,
        ServerCallContext context
    ) => new() { Schedule = await schedules.GetAsync(request.IntegrationId, request.ScheduleId, context) };

    public override async Task<DeleteSyncScheduleResponse> DeleteSyncSchedule(
        DeleteSyncScheduleRequest request,
        ServerCallContext context
    )
    {
        await schedules.DeleteAsync(request.IntegrationId, request.ScheduleId, context);
        return new DeleteSyncScheduleResponse();
    }

    public override async Task<PauseSyncScheduleResponse> PauseSyncSchedule(
        PauseSyncScheduleRequest request,
        ServerCallContext context
    ) =>
        new()
        {
            Schedule = await schedules.SetPausedAsync(
                request.IntegrationId,
                request.ScheduleId,
                isPaused: true,
                context
            ),
        };

    public override async Task<ResumeSyncScheduleResponse> ResumeSyncSchedule(
        ResumeSyncScheduleRequest request,
        ServerCallContext context
    ) =>
        new()
        {
            Schedule = await schedules.SetPausedAsync(
                request.IntegrationId,
                request.ScheduleId,
                isPaused: false,
                context
            ),
        };

    public override async Task<TriggerSyncScheduleResponse> TriggerSyncSchedule(
        TriggerSyncScheduleRequest request,
        ServerCallContext context
    ) => new() { Sync = Told(await schedules.TriggerAsync(request.IntegrationId, request.ScheduleId, context)) };

    private Contracts.Sync.V1.Sync Told(SyncRun run) => SyncMapping.ToProto(run, time.GetUtcNow());

    /// <summary>An estimate that alone has changed is no news.</summary>
    private static bool HasMoved(Contracts.Sync.V1.Sync? before, Contracts.Sync.V1.Sync now)
    {
        var same = before?.Clone();
        if (same is not null)
        {
            same.EstimatedCompletion = now.EstimatedCompletion;
        }

        return !now.Equals(same);
    }

    private async Task<LocalRecords> RecordsAsync(ServerCallContext context, string integrationId) =>
        new(store, clock, (await calls.FindAsync(context, integrationId)).Id);

    private async Task<SyncRun> FindAsync(ServerCallContext context, string integrationId, string syncId)
    {
        var integration = await calls.FindAsync(context, integrationId);
        var run = await runs.FindAsync(syncId, context.CancellationToken);
        return run is not null && string.Equals(run.IntegrationId, integration.Id, StringComparison.Ordinal)
            ? run
            : throw new FaultException(Fault.SyncNotFound)
            {
                Field = "syncId",
                Reason = "is not a sync of this integration",
            };
    }
}
