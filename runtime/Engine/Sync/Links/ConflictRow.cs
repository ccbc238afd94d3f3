namespace Yyc3.Connectors.Runtime.Sync.Links;

/// <summary>A row of <c>sync_conflicts</c>.</summary>
internal sealed class ConflictRow
{
    public const string Select =
        "select id as Id, target as Target, resource as Resource, record_id as RecordId, remote_data as RemoteData,"
        + " target_data as TargetData, remote_modified_at as RemoteModifiedAt, target_modified_at as TargetModifiedAt,"
        + " detected_at as DetectedAt, run_id as RunId, choice as Choice, choice_data as ChoiceData from sync_conflicts";

    public required string Id { get; init; }

    public required string Target { get; init; }

    public required string Resource { get; init; }

    public required string RecordId { get; init; }

    /// <summary>Fields as JSON; null when the record was deleted there.</summary>
    public string? RemoteData { get; init; }

    public string? TargetData { get; init; }

    public long? RemoteModifiedAt { get; init; }

    public long? TargetModifiedAt { get; init; }

    public long DetectedAt { get; init; }

    /// <summary>The run that found it, or that last saw it change.</summary>
    public required string RunId { get; init; }

    /// <summary>What somebody has decided; null until then.</summary>
    public ConflictChoice? Choice { get; init; }

    /// <summary>The fields that somebody has given, as JSON.</summary>
    public string? ChoiceData { get; init; }
}
