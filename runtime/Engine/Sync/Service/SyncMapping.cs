using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Sync.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Runtime.Sync.Links;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Sdk.Sync;
using Wire = Yyc3.Connectors.Contracts.Sync.V1;

namespace Yyc3.Connectors.Runtime.Sync.Service;

/// <summary>Between the wire and the engine.</summary>
internal static class SyncMapping
{
    private const int DefaultBatchSize = 100;
    private const int DefaultParallelism = 5;
    private const int DefaultTimeout = 30_000;
    private const int DefaultMaxErrors = 1000;
    private const int DefaultMaxDeletePercent = 50;

    public static SyncPlan ToPlan(StartSyncRequest request, Integration integration)
    {
        var options = request.Options ?? new SyncOptions();
        var own = integration.Options;
        return new SyncPlan
        {
            Direction = (SyncDirection)request.Direction,
            Resources = [.. (request.Filters?.ResourceType ?? []).Distinct(StringComparer.Ordinal)],
            RecordIds = [.. (request.Filters?.RecordId ?? []).Distinct(StringComparer.Ordinal)],
            ModifiedSince = Moment(request.Filters?.ModifiedSince),
            IsFull = options.FullSync,
            BatchSize =
                options.HasBatchSize ? options.BatchSize
                : own.HasBatchSize ? own.BatchSize
                : DefaultBatchSize,
            Parallelism =
                options.HasParallelism ? options.Parallelism
                : own.HasParallelism ? own.Parallelism
                : DefaultParallelism,
            Timeout = TimeSpan.FromMilliseconds(
                options.HasTimeout ? options.Timeout
                : own.HasTimeout ? own.Timeout
                : DefaultTimeout
            ),
            Conflicts = options.ConflictResolution switch
            {
                ConflictResolution.Unspecified => ConflictPolicy.NewestWins,
                var given => (ConflictPolicy)given,
            },
            UnknownFields = options.SchemaChanges switch
            {
                SchemaChanges.Ignore => UnknownFields.Ignore,
                SchemaChanges.Fail => UnknownFields.Fail,
                _ => UnknownFields.Add,
            },
            MaxErrors = options.HasMaxErrors ? options.MaxErrors : DefaultMaxErrors,
            MaxDeletePercent = options.HasMaxDeletePercent ? options.MaxDeletePercent : DefaultMaxDeletePercent,
            Mapping = options.Mapping is null ? null : JsonFormatter.Default.Format(options.Mapping),
            TargetId = options.Target?.IntegrationId,
        };
    }

    public static Wire.Sync ToProto(SyncRun run, DateTimeOffset now)
    {
        var sync = new Wire.Sync
        {
            SyncId = run.Id,
            Status = (Wire.SyncStatus)run.Status,
            Direction = (Wire.SyncDirection)run.Direction,
            Progress = new SyncProgress
            {
                Total = run.Total,
                Processed = run.Processed,
                Failed = run.Failed,
                Percentage = run.Percentage,
            },
            Results = new SyncResults
            {
                Pulled = run.Pulled,
                Pushed = run.Pushed,
                Conflicts = run.Conflicts,
            },
            StartedAt = ToTimestamp(run.StartedAt),
            EstimatedCompletion = Estimate(run, now.ToUnixTimeMilliseconds()) is { } at ? ToTimestamp(at) : null,
            CompletedAt = run.CompletedAt is { } end ? ToTimestamp(end) : null,
            ParkedUntil = run.ParkedUntil is { } until ? ToTimestamp(until) : null,
        };
        if (run.CompletedAt is { } completed)
        {
            sync.Duration = completed - run.StartedAt;
        }

        if (run.Error is not null)
        {
            sync.Error = run.Error;
        }

        return sync;
    }

    private static DateTimeOffset? Moment(Timestamp? given)
    {
        try
        {
            return given?.ToDateTimeOffset();
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            throw Fault.Invalid("filters.modifiedSince", "is no time between the years 1 and 9999");
        }
    }

    /// <summary>
    /// By earlier runs, and by the run's own speed where there were none or when it takes longer; never in the past. The speed
    /// alone would be far out where few of many records have changed.
    /// </summary>
    private static long? Estimate(SyncRun run, long now) =>
        run.HasEnded ? null
        : run.EstimatedAt > now ? run.EstimatedAt
        : run.Processed > 0 && run.Total > run.Processed
            ? now + ((now - run.StartedAt) * (run.Total - run.Processed) / run.Processed)
        : run.EstimatedAt is null ? null
        : now;

    public static Wire.SyncSchedule ToProto(Schedules.SyncSchedule schedule)
    {
        var plan = SyncPlans.Read(schedule.Request);
        var proto = new Wire.SyncSchedule
        {
            ScheduleId = schedule.Id,
            Name = schedule.Name,
            Direction = (Wire.SyncDirection)plan.Direction,
            Filters = new SyncFilters
            {
                ResourceType = { plan.Resources },
                RecordId = { plan.RecordIds },
                ModifiedSince = plan.ModifiedSince?.ToTimestamp(),
            },
            Options = ToProto(plan),
            TimeZone = schedule.TimeZone,
            Paused = schedule.IsPaused,
            Automatic = schedule.IsAutomatic,
            CreatedAt = ToTimestamp(schedule.CreatedAt),
            UpdatedAt = ToTimestamp(schedule.UpdatedAt),
        };
        if (schedule.Cron is not null)
        {
            proto.Cron = schedule.Cron;
        }

        if (schedule.IntervalSeconds is { } interval)
        {
            proto.Interval = interval;
        }

        return proto;
    }

    public static SyncState ToProto(PositionRow row) =>
        new()
        {
            Target = row.Target,
            Resource = row.Resource,
            Direction = row.Side == SyncSide.Remote ? Wire.SyncDirection.Pull : Wire.SyncDirection.Push,
            Position = row.Position,
            UpdatedAt = ToTimestamp(row.UpdatedAt),
        };

    public static SyncError ToProto(FailureRow row) =>
        new()
        {
            Resource = row.Resource,
            RecordId = row.RecordId,
            Direction = row.Side == SyncSide.Remote ? Wire.SyncDirection.Pull : Wire.SyncDirection.Push,
            Code = row.Code,
            Message = row.Message,
            At = ToTimestamp(row.At),
        };

    public static SyncConflict ToProto(ConflictRow row)
    {
        var conflict = new SyncConflict
        {
            ConflictId = row.Id,
            Resource = row.Resource,
            RecordId = row.RecordId,
            RemoteModifiedAt = row.RemoteModifiedAt is { } remote ? ToTimestamp(remote) : null,
            LocalModifiedAt = row.TargetModifiedAt is { } target ? ToTimestamp(target) : null,
            DetectedAt = ToTimestamp(row.DetectedAt),
            Target = row.Target,
        };
        if (row.Choice is { } choice)
        {
            conflict.Choice = (Wire.ConflictChoice)choice;
        }

        if (row.RemoteData is not null)
        {
            conflict.Remote = ByteString.CopyFromUtf8(row.RemoteData);
        }

        if (row.TargetData is not null)
        {
            conflict.Local = ByteString.CopyFromUtf8(row.TargetData);
        }

        return conflict;
    }

    public static Wire.Record ToProto(string resource, SyncRecord record) =>
        new()
        {
            RecordId = record.Id,
            Resource = resource,
            Data = UnsafeByteOperations.UnsafeWrap(record.Data),
            ModifiedAt = record.ModifiedAt?.ToTimestamp(),
            Version = record.Version ?? "",
        };

    public static Timestamp ToTimestamp(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToTimestamp();

    private static SyncOptions ToProto(SyncPlan plan) =>
        new()
        {
            FullSync = plan.IsFull,
            BatchSize = plan.BatchSize,
            Parallelism = plan.Parallelism,
            Timeout = (int)plan.Timeout.TotalMilliseconds,
            ConflictResolution = (ConflictResolution)plan.Conflicts,
            SchemaChanges = plan.UnknownFields switch
            {
                UnknownFields.Ignore => SchemaChanges.Ignore,
                UnknownFields.Fail => SchemaChanges.Fail,
                _ => SchemaChanges.Add,
            },
            MaxErrors = plan.MaxErrors,
            MaxDeletePercent = plan.MaxDeletePercent,
            Mapping = ResourceMappings.ReadDocument(plan.Mapping),
            Target = plan.TargetId is null ? null : new SyncTarget { IntegrationId = plan.TargetId },
        };
}
