using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Sdk.Sync.Tables;
using Yyc3.Connectors.Sqlite;

[assembly: Connector(typeof(SqliteConnector))]

namespace Yyc3.Connectors.Sqlite;

/// <summary>A SQLite database file inside the data directory.</summary>
public sealed class SqliteConnector
    : IConnector,
        IDatabase,
        IRecordSource,
        IRecordLookup,
        IRecordSink,
        IConnectionPool,
        IAsyncDisposable
{
    private readonly SqliteDatabase _database;
    private readonly TableRecords _records;

    /// <summary>Opens the connector; the file is opened on first use.</summary>
    /// <param name="context">What the host gives.</param>
    public SqliteConnector(ConnectorContext context)
    {
        _database = new SqliteDatabase(SqliteOptions.From(context), context.Time);
        _records = new TableRecords(
            this,
            new SqliteTables(_database),
            RecordTable.From(context.Settings),
            context.Time
        );
    }

    /// <inheritdoc/>
    public PoolUsage PoolUsage => _database.PoolUsage;

    /// <inheritdoc/>
    public async ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Counting the schema reads the file's header; a constant would not.
            var probe = new DbStatement("select count(*) from sqlite_schema");
            var rows = await _database.QueryAsync(probe, cancellationToken);
            await rows.DisposeAsync();
            return HealthReport.Healthy;
        }
        catch (ConnectorException error)
        {
            return HealthReport.Unreachable(
                error.Code,
                error.Message,
                error.Kind is ErrorKind.Conflict or ErrorKind.Unavailable or ErrorKind.Timeout
            );
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
    public ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken) =>
        _records.ReadAsync(query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) => _records.FindAsync(resource, ids, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken) =>
        _records.WriteAsync(batch, cancellationToken);

    /// <summary>Closes the connections.</summary>
    /// <returns>A task that completes when the file is closed.</returns>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
