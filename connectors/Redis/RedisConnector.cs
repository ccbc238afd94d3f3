using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Redis.Connections;
using Yyc3.Connectors.Redis.Records;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;

[assembly: Connector(typeof(RedisConnector))]

namespace Yyc3.Connectors.Redis;

/// <summary>A Redis server, or one that speaks its protocol.</summary>
public sealed class RedisConnector
    : IConnector,
        IDatabase,
        IRecordSource,
        IRecordLookup,
        IRecordSink,
        IConnectionPool,
        IAsyncDisposable
{
    private readonly RedisConnections _connections;
    private readonly RedisDatabase _database;
    private readonly RedisRecords _records;

    /// <summary>Opens the connector; connections are opened on first use.</summary>
    /// <param name="context">What the host gives.</param>
    public RedisConnector(ConnectorContext context)
        : this(RedisOptions.From(context), context) { }

    internal RedisConnector(RedisOptions options, ConnectorContext context)
    {
        _connections = new RedisConnections(options, context);
        _database = new RedisDatabase(_connections, options, context);
        _records = new RedisRecords(_connections, KeyResource.From(context.Settings));
    }

    /// <inheritdoc/>
    public PoolUsage PoolUsage => _connections.Usage;

    /// <inheritdoc/>
    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) =>
        HealthReport.OfAsync(_database.PingAsync(cancellationToken).AsTask());

    /// <inheritdoc/>
    public ValueTask<RowReader> QueryAsync(DbStatement statement, CancellationToken cancellationToken) =>
        _database.QueryAsync(statement, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ExecuteResult> ExecuteAsync(DbStatement statement, CancellationToken cancellationToken) =>
        _database.ExecuteAsync(statement, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ExecuteResult>> ExecuteBatchAsync(
        IReadOnlyList<DbStatement> statements,
        CancellationToken cancellationToken
    ) => _database.ExecuteBatchAsync(statements, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        _records.ListResourcesAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken) =>
        _records.GetPositionAsync(resource, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) => _records.FindAsync(resource, ids, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken) =>
        _records.ReadAsync(query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken) =>
        _records.WriteAsync(batch, cancellationToken);

    /// <summary>Closes the connections.</summary>
    /// <returns>A task that completes when they are closed.</returns>
    public ValueTask DisposeAsync() => _connections.DisposeAsync();
}
