namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>Who wins when both sides have changed a record since the last sync.</summary>
internal enum ConflictPolicy
{
    PreferLocal = 1,
    PreferRemote = 2,

    /// <summary>The side that changed it last; a change wins over a deletion, and the remote side when nobody can tell.</summary>
    NewestWins = 3,

    /// <summary>Nobody, until somebody decides.</summary>
    Manual = 4,
}
