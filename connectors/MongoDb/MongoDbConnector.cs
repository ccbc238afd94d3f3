using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.MongoDb.Commands;
using Yyc3.Connectors.MongoDb.Records;
using Yyc3.Connectors.MongoDb.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;

[assembly: Connector(typeof(MongoDbConnector))]

namespace Yyc3.Connectors.MongoDb;

/// <summary>A MongoDB database.</summary>
public sealed class MongoDbConnector
    : IConnector,
        IDatabase,
        IRecordSource,
        IRecordLookup,
        IRecordSink,
        IConnectionPool,
        IDisposable
{
    private readonly MongoClient _client;
    private readonly MongoDbDatabase _database;
    private readonly MongoRecords _records;

    /// <summary>Opens the connector; the server is dialled on first use.</summary>
    /// <param name="context">What the host gives.</param>
    public MongoDbConnector(ConnectorContext context)
    {
        var options = MongoDbOptions.From(context);
        _client = new MongoClient(options, context);
        _database = new MongoDbDatabase(_client, options, context);
        _records = new MongoRecords(_client, options.Database, RecordCollection.From(context.Settings), context.Time);
    }

    /// <inheritdoc/>
    public PoolUsage PoolUsage => _client.Usage;

    /// <inheritdoc/>
    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) =>
        HealthReport.OfAsync(_database.CheckAsync(cancellationToken));

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
    public void Dispose() => _client.Dispose();
}
