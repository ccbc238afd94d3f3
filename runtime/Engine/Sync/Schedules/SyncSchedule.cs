namespace Yyc3.Connectors.Runtime.Sync.Schedules;

/// <summary>A row of <c>sync_schedules</c>: when runs are started by themselves. Either cron or interval is set.</summary>
internal sealed record SyncSchedule
{
    public const string Select =
        "select id as Id, integration_id as IntegrationId, tenant_id as TenantId, name as Name, request as Request, cron as Cron,"
        + " time_zone as TimeZone, interval_seconds as IntervalSeconds, is_paused as IsPaused, is_automatic as IsAutomatic,"
        + " created_at as CreatedAt, updated_at as UpdatedAt from sync_schedules";

    public required string Id { get; init; }

    public required string IntegrationId { get; init; }

    public required string TenantId { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>The plan of its runs, as JSON.</summary>
    public required string Request { get; init; }

    /// <summary>Five fields as crontab has them: minute, hour, day of month, month, day of week.</summary>
    public string? Cron { get; init; }

    /// <summary>Where the clock hangs that cron goes by, an IANA name.</summary>
    public required string TimeZone { get; init; }

    public long? IntervalSeconds { get; init; }

    public bool IsPaused { get; init; }

    /// <summary>It comes from the integration's own option <c>autoSync</c>.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }
}
