namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>A row of <c>sync_positions</c>.</summary>
internal sealed class PositionRow
{
    public required string Target { get; init; }

    public required string Resource { get; init; }

    public SyncSide Side { get; init; }

    public required string Position { get; init; }

    public long UpdatedAt { get; init; }
}
