using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>
/// The tables of an SQL database as records: a resource is a table, the id is its key, the fields are its columns. Which tables,
/// keys and modified-at columns is told by the setting <c>records</c>; without it every table with a primary key is a resource
/// whose changes are found by looking through it. Thread-safe.
/// </summary>
public sealed class TableRecords : IRecordSource, IRecordLookup, IRecordSink
{
    private readonly IDatabase _database;
    private readonly TableDialect _dialect;
    private readonly TableShapes _shapes;
    private readonly TableWriter _writer;

    /// <summary>Sees a database as records.</summary>
    /// <param name="database">The database.</param>
    /// <param name="dialect">Its engine.</param>
    /// <param name="tables">What the settings say; see <see cref="RecordTable.From"/>.</param>
    /// <param name="time">The host's clock.</param>
    public TableRecords(IDatabase database, TableDialect dialect, IReadOnlyList<RecordTable> tables, TimeProvider time)
    {
        (_database, _dialect) = (database, dialect);
        _shapes = new TableShapes(database, dialect, tables, time);
        _writer = new TableWriter(database, dialect, _shapes);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken)
    {
        var resources = new List<RecordResource>();
        foreach (var table in await _shapes.ListAsync(cancellationToken))
        {
            if (await _shapes.FindAsync(table.Resource, cancellationToken) is { } shape)
            {
                resources.Add(shape.Resource);
            }
        }

        return resources;
    }

    /// <summary>Finds one resource.</summary>
    /// <param name="resource">Its name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The resource.</returns>
    /// <exception cref="ConnectorException"><c>RESOURCE_NOT_FOUND</c>.</exception>
    public async ValueTask<RecordResource> GetResourceAsync(string resource, CancellationToken cancellationToken) =>
        (await _shapes.GetAsync(resource, cancellationToken)).Resource;

    /// <summary>
    /// Reads records by their keys, for connectors whose log of changes tells these. The fields are those of
    /// <see cref="ReadAsync"/>.
    /// </summary>
    /// <param name="resource">Name of the resource.</param>
    /// <param name="keys">The keys; of each the values of its columns as the engine writes them as text.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One record per key, in order, as it is now; deleted where there is none.</returns>
    public async ValueTask<IReadOnlyList<SyncRecord>> ReadKeysAsync(
        string resource,
        IReadOnlyList<IReadOnlyList<string>> keys,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        // A change that was logged may already have filled a column that was added a moment ago.
        _shapes.Forget(resource);
        var shape = await _shapes.GetAsync(resource, cancellationToken);
        return keys.All(key => key.Count == shape.Key.Count)
            ? await new TableReader(_database, _dialect, shape).FindAsync(keys, cancellationToken)
            : throw new ConnectorException(
                ErrorKind.Conflict,
                "TABLE_CHANGED",
                "The key of the table has just changed."
            );
    }

    /// <inheritdoc/>
    public async ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken)
    {
        var shape = await _shapes.GetAsync(resource, cancellationToken);
        return shape.ModifiedAt is { } modifiedAt
            ? await new TableReader(_database, _dialect, shape).PositionAsync(modifiedAt, cancellationToken)
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var shape = await _shapes.GetAsync(query.Resource, cancellationToken);
        var reader = new TableReader(_database, _dialect, shape);
        return query.Reading == RecordReading.All ? await reader.AllAsync(query, cancellationToken)
            : shape.ModifiedAt is { } modifiedAt ? await reader.ChangesAsync(query, modifiedAt, cancellationToken)
            : throw ConnectorException.Invalid(
                "cursor",
                "is of a resource that tells changes, which this one does not"
            );
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(ids);
        var shape = await _shapes.GetAsync(resource, cancellationToken);
        return await new TableReader(_database, _dialect, shape).FindAsync(ids, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(batch);
        return await _writer.WriteAsync(batch, cancellationToken);
    }
}
