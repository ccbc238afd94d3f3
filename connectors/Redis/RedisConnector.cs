using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

[assembly: Connector(typeof(RedisConnector))]

namespace Yyc3.Connectors.Redis;

/// <summary>A Redis server, or one that speaks its protocol.</summary>
public sealed class RedisConnector : IConnector, IDatabase, IConnectionPool, IAsyncDisposable
{
    private readonly RedisDatabase _database;

    /// <summary>Opens the connector; connections are opened on first use.</summary>
    /// <param name="context">What the host gives.</param>
    public RedisConnector(ConnectorContext context)
        : this(RedisOptions.From(context), context) { }

    internal RedisConnector(RedisOptions options, ConnectorContext context) =>
        _database = new RedisDatabase(options, context);

    /// <inheritdoc/>
    public PoolUsage PoolUsage => _database.Usage;

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

    /// <summary>Closes the connections.</summary>
    /// <returns>A task that completes when they are closed.</returns>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
