using Yyc3.Connectors.Redis.Connections;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Redis.Records;

/// <summary>Keys as records: a resource is a pattern of keys, the id is the key. Changes are not told. Thread-safe.</summary>
internal sealed class RedisRecords(RedisConnections connections, IReadOnlyList<KeyResource> resources)
    : IRecordSource,
        IRecordLookup,
        IRecordSink
{
    public ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<RecordResource>>([.. resources.Select(resource => resource.Described)]);

    public ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken)
    {
        Find(resource);
        return ValueTask.FromResult<string?>(null);
    }

    public async ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var resource = Find(query.Resource);
        if (query.Reading == RecordReading.Changes)
        {
            throw ConnectorException.Invalid("cursor", "is of a resource that tells changes, which keys do not");
        }

        var cursor = query.Cursor is null ? ScanCursor.Start : ScanCursor.Read(query.Cursor);
        return await new KeyReader(connections, resource.Pattern).ReadAsync(cursor, query.Limit, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) => await new KeyReader(connections, Find(resource).Pattern).FindAsync(ids, cancellationToken);

    public async ValueTask<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    )
    {
        Find(batch.Resource);
        return await new KeyWriter(connections).WriteAsync(batch.Records, cancellationToken);
    }

    private KeyResource Find(string name) =>
        resources.FirstOrDefault(resource => string.Equals(resource.Resource, name, StringComparison.Ordinal))
        ?? throw new ConnectorException(
            ErrorKind.NotFound,
            "RESOURCE_NOT_FOUND",
            "The integration has no such resource in its setting records."
        );
}
