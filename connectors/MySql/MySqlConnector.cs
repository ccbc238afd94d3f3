using Yyc3.Connectors.MySql;
using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

[assembly: Connector(typeof(MySqlConnector))]

namespace Yyc3.Connectors.MySql;

/// <summary>A database on a MySQL or MariaDB server.</summary>
public sealed class MySqlConnector : IConnector, IDatabase, IConnectionPool, IAsyncDisposable
{
    private readonly MySqlDataSource _source;
    private readonly MySqlDatabase _database;

    /// <summary>Opens the connector; it connects on first use.</summary>
    /// <param name="context">What the host gives.</param>
    public MySqlConnector(ConnectorContext context)
    {
        _source = new MySqlDataSource(MySqlOptions.From(context), context.Network, context.Time);
        _database = new MySqlDatabase(_source, context.Time);
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

    /// <summary>Closes the connections.</summary>
    /// <returns>A task that completes when they are closed.</returns>
    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
