using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Runs;

/// <summary>How far a run has read one resource of one side.</summary>
internal sealed class SyncLeg
{
    public required string Resource { get; init; }

    public SyncSide Side { get; init; }

    public RecordReading Reading { get; init; }

    /// <summary>Where it goes on.</summary>
    public string? Cursor { get; init; }

    /// <summary>Where changes began to be noted before all was read; the next run begins there.</summary>
    public string? Position { get; init; }

    public bool IsDone { get; init; }
}
