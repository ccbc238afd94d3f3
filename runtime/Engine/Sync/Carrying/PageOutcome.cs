using Yyc3.Connectors.Runtime.Sync.Links;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Carrying;

/// <summary>What has come of a page, to be written down in one transaction.</summary>
internal sealed class PageOutcome
{
    public SyncCounts Counts { get; } = new();

    public List<RecordLink> Links { get; } = [];

    public List<SyncFailure> Failures { get; } = [];

    /// <summary>Ids of records that nobody need decide on any more.</summary>
    public List<string> Closed { get; } = [];

    /// <summary>Records that somebody must decide on, as the remote side and as the target has them.</summary>
    public List<(SyncRecord Remote, SyncRecord Target)> Conflicts { get; } = [];
}
