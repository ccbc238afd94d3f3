using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>One side of a sync as the engine sees it. Calls end with their timeout and are not retried here.</summary>
internal abstract class SyncEnd
{
    /// <summary>It is the runtime's own records.</summary>
    public virtual bool IsLocal => false;

    public abstract Task<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken);

    public abstract Task<string?> GetPositionAsync(string resource, CancellationToken cancellationToken);

    public abstract Task<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken);

    /// <summary>Those of the records that are there now.</summary>
    public abstract Task<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    );

    public abstract Task<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    );
}
