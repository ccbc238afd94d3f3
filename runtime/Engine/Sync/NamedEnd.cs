using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>A target whose resources have other names than the integration's.</summary>
internal sealed class NamedEnd(SyncEnd target, ResourceMappings mappings) : SyncEnd
{
    public override bool IsLocal => target.IsLocal;

    public override async Task<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        [
            .. (await target.ListResourcesAsync(cancellationToken)).Select(resource =>
                resource with
                {
                    Name = mappings.SourceOf(resource.Name),
                }
            ),
        ];

    public override Task<string?> GetPositionAsync(string resource, CancellationToken cancellationToken) =>
        target.GetPositionAsync(mappings.TargetOf(resource), cancellationToken);

    public override Task<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken) =>
        target.ReadAsync(query with { Resource = mappings.TargetOf(query.Resource) }, cancellationToken);

    public override Task<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) => target.FindAsync(mappings.TargetOf(resource), ids, cancellationToken);

    public override Task<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    ) => target.WriteAsync(batch with { Resource = mappings.TargetOf(batch.Resource) }, cancellationToken);
}
