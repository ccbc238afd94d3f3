namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>A row of <c>sync_runs</c>; times are Unix milliseconds.</summary>
internal sealed class SyncRun
{
    public const string Select =
        "select id as Id, integration_id as IntegrationId, tenant_id as TenantId, work_id as WorkId, schedule_id as ScheduleId,"
        + " request as Request, direction as Direction, status as Status, generation as Generation, total as Total,"
        + " processed as Processed, failed as Failed, pulled as Pulled, pushed as Pushed, conflicts as Conflicts,"
        + " percentage as Percentage, estimated_at as EstimatedAt, parked_until as ParkedUntil, error as Error,"
        + " created_at as CreatedAt, started_at as StartedAt, completed_at as CompletedAt from sync_runs";

    public required string Id { get; init; }

    public required string IntegrationId { get; init; }

    public required string TenantId { get; init; }

    public string? WorkId { get; init; }

    public string? ScheduleId { get; init; }

    /// <summary>What was asked for, as JSON.</summary>
    public required string Request { get; init; }

    public SyncDirection Direction { get; init; }

    public SyncStatus Status { get; init; }

    /// <summary>Grows from run to run of an integration; marks the records it has seen.</summary>
    public long Generation { get; init; }

    public long Total { get; init; }

    public long Processed { get; init; }

    public long Failed { get; init; }

    public long Pulled { get; init; }

    public long Pushed { get; init; }

    public long Conflicts { get; init; }

    public int Percentage { get; init; }

    public long? EstimatedAt { get; init; }

    /// <summary>A side has asked to be left alone until then.</summary>
    public long? ParkedUntil { get; init; }

    public string? Error { get; init; }

    public long CreatedAt { get; init; }

    public long StartedAt { get; init; }

    public long? CompletedAt { get; init; }

    public bool HasEnded => Status > SyncStatus.InProgress;
}
