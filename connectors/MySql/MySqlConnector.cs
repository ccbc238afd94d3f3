using Yyc3.Connectors.MySql;
using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.MySql.Records;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Sdk.Sync.Tables;

[assembly: Connector(typeof(MySqlConnector))]

namespace Yyc3.Connectors.MySql;

/// <summary>A database on a MySQL or MariaDB server.</summary>
public sealed class MySqlConnector
    : IConnector,
        IDatabase,
        IRecordSource,
        IRecordLookup,
        IRecordSink,
        IConnectionPool,
        IAsyncDisposable
{
    private readonly MySqlDataSource _source;
    private readonly MySqlDatabase _database;
    private readonly TableRecords _records;

    /// <summary>Opens the connector; it connects on first use.</summary>
    /// <param name="context">What the host gives.</param>
    public MySqlConnector(ConnectorContext context)
    {
        _source = new MySqlDataSource(MySqlOptions.From(context), context.Network, context.Time);
        _database = new MySqlDatabase(_source, context.Time);
        _records = new TableRecords(_database, new MySqlTables(), RecordTable.From(context.Settings), context.Time);
    }

    /// <inheritdoc/>
    public PoolUsage PoolUsage => _source.Usage;

    /// <inheritdoc/>
    public async ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var rows = await _database.QueryAsync(new DbStatement("SELECT 1"), cancellationToken);
            await rows.DisposeAsync();
            return HealthReport.Healthy;
        }
        catch (ConnectorException error)
        {
            return HealthReport.Of(error);
        }
    }

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
    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
