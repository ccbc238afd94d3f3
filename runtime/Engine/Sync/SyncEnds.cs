using Yyc3.Connectors.Runtime.Mapping;

namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>Both sides of a run. Resources have the integration's names on both.</summary>
/// <param name="Remote">The integration, with its records as they are there.</param>
/// <param name="Target">The other side.</param>
/// <param name="Mappings">What becomes of records on the way.</param>
internal sealed record SyncEnds(SyncEnd Remote, SyncEnd Target, ResourceMappings Mappings)
{
    /// <summary>The integration with its records in the target's form.</summary>
    public SyncEnd RemoteAsTarget(string resource)
    {
        var (pull, push) = (Mappings.Pull(resource), Mappings.Push(resource));
        return pull is null && push is null ? Remote : new MappedEnd(Remote, pull, push);
    }
}
