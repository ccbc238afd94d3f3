using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.MongoDb.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

[assembly: Connector(typeof(MongoDbConnector))]

namespace Yyc3.Connectors.MongoDb;

/// <summary>A MongoDB database.</summary>
public sealed class MongoDbConnector : IConnector, IDatabase, IConnectionPool, IDisposable
{
    private readonly MongoDbDatabase _database;

    /// <summary>Opens the connector; the server is dialled on first use.</summary>
    /// <param name="context">What the host gives.</param>
    public MongoDbConnector(ConnectorContext context) =>
        _database = new MongoDbDatabase(MongoDbOptions.From(context), context);

    /// <inheritdoc/>
    public PoolUsage PoolUsage => _database.Usage;

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

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _database.Dispose();
}
