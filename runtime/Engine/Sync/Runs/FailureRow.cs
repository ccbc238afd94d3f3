namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>A row of <c>sync_run_errors</c>.</summary>
internal sealed class FailureRow
{
    public long Number { get; init; }

    public required string Resource { get; init; }

    public required string RecordId { get; init; }

    public SyncSide Side { get; init; }

    public required string Code { get; init; }

    public required string Message { get; init; }

    public long At { get; init; }
}
