namespace Yyc3.Connectors.Runtime.Sync.Links;

/// <summary>What was last known of a record on both sides.</summary>
internal sealed class RecordLink
{
    public required string Id { get; init; }

    /// <summary>State on the remote side when it was last moved or found equal; null when it never was there.</summary>
    public string? RemoteState { get; set; }

    public string? TargetState { get; set; }

    /// <summary>Generation of the last run that saw it while looking through all records.</summary>
    public long RemoteSeen { get; set; }

    public long TargetSeen { get; set; }

    /// <summary>The run that counted it as a conflict, so that its move in the other direction is not counted again.</summary>
    public string? ConflictRun { get; set; }

    /// <summary>
    /// Generation of the run that could not carry the remote side's version, which the next run tries again; 0 for none.
    /// </summary>
    public long RemoteFailed { get; set; }

    public long TargetFailed { get; set; }

    public string? State(SyncSide side) => side == SyncSide.Remote ? RemoteState : TargetState;

    public void Set(SyncSide side, string? state)
    {
        if (side == SyncSide.Remote)
        {
            RemoteState = state;
        }
        else
        {
            TargetState = state;
        }
    }

    /// <summary>Notes the youngest run that has seen it.</summary>
    public void See(SyncSide side, long generation)
    {
        if (side == SyncSide.Remote)
        {
            RemoteSeen = Math.Max(RemoteSeen, generation);
        }
        else
        {
            TargetSeen = Math.Max(TargetSeen, generation);
        }
    }

    public bool HasFailed(SyncSide side) => (side == SyncSide.Remote ? RemoteFailed : TargetFailed) > 0;

    public void Fail(SyncSide side, long generation)
    {
        if (side == SyncSide.Remote)
        {
            RemoteFailed = generation;
        }
        else
        {
            TargetFailed = generation;
        }
    }

    /// <summary>What could not be carried is out of date, or has been.</summary>
    public void Succeed(SyncSide side) => Fail(side, 0);

    /// <summary>Neither side has anything left to carry.</summary>
    public void Succeed() => (RemoteFailed, TargetFailed) = (0, 0);
}
