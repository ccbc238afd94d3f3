using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.PostgreSql.Records;
using Yyc3.Connectors.PostgreSql.Records.Replication;
using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.PostgreSql.Settings;
using Yyc3.Connectors.PostgreSql.Statements;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Actions;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Sdk.Sync.Tables;

[assembly: Connector(typeof(PostgreSqlConnector))]

namespace Yyc3.Connectors.PostgreSql;

/// <summary>A PostgreSQL database.</summary>
public sealed class PostgreSqlConnector
    : IConnector,
        IDatabase,
        IRecordSource,
        IRecordLookup,
        IRecordSink,
        IActions,
        IConnectionPool,
        IAsyncDisposable
{
    private readonly SessionPool _pool;
    private readonly QueryRunner _queries;
    private readonly CommandRunner _commands;
    private readonly RowCopier _copier;
    private readonly TableRecords _records;
    private readonly ReplicatedRecords _source;
    private readonly TimeProvider _time;

    /// <summary>Opens the connector; connections are opened on first use.</summary>
    /// <param name="context">What the host gives.</param>
    public PostgreSqlConnector(ConnectorContext context)
    {
        var options = PostgreSqlOptions.From(context);
        _time = context.Time;
        _pool = new SessionPool(options, new Dialer(options, context.Network), context.Time, context.Logger);
        _queries = new QueryRunner(_pool, context.Time);
        _commands = new CommandRunner(_pool, context.Time);
        _copier = new RowCopier(_pool, context.Time);
        var dialect = new PostgreSqlTables(_commands, new NewRowCopier(_pool, context.Time));
        _records = new TableRecords(this, dialect, RecordTable.From(context.Settings), context.Time);
        _source = new ReplicatedRecords(context, this, dialect, _records, _pool);
    }

    /// <inheritdoc/>
    public PoolUsage PoolUsage => _pool.Usage;

    /// <inheritdoc/>
    public async ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        using var deadline = new SessionDeadline(_time, null, cancellationToken);
        try
        {
            await _pool.UseAsync(deadline, session => session.ReadFirstRowAsync("SELECT ''", null, 1, deadline));
            await _source.CheckAsync(cancellationToken);
            return HealthReport.Healthy;
        }
        catch (Exception fault)
        {
            return PostgreSqlErrors.Map(fault, null, deadline) is ConnectorException error
                ? HealthReport.Of(error)
                : throw PostgreSqlErrors.Map(fault, null, deadline);
        }
    }

    /// <inheritdoc/>
    public ValueTask<RowReader> QueryAsync(DbStatement statement, CancellationToken cancellationToken) =>
        _queries.OpenAsync(CheckedStatement.Query(statement), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<JsonElement> InvokeAsync(
        string action,
        JsonElement input,
        CancellationToken cancellationToken
    )
    {
        if (action == "dropReplication")
        {
            return await _source.DropAsync(input, cancellationToken);
        }

        // The manifest declares no other action.
        var rows = await _copier.RunAsync(input, cancellationToken);
        using var answer = JsonDocument.Parse(string.Create(CultureInfo.InvariantCulture, $"{{\"rows\":{rows}}}"));
        return answer.RootElement.Clone();
    }

    /// <inheritdoc/>
    public async ValueTask<ExecuteResult> ExecuteAsync(DbStatement statement, CancellationToken cancellationToken) =>
        (await _commands.RunAsync([CheckedStatement.Command(statement, "command")], cancellationToken))[0];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ExecuteResult>> ExecuteBatchAsync(
        IReadOnlyList<DbStatement> statements,
        CancellationToken cancellationToken
    ) =>
        statements.Count == 0
            ? []
            : await _commands.RunAsync(
                [
                    .. statements.Select(
                        (statement, index) => CheckedStatement.Command(statement, $"statements[{index}].command")
                    ),
                ],
                cancellationToken
            );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        _source.ListResourcesAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken) =>
        _source.GetPositionAsync(resource, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken) =>
        _source.ReadAsync(query, cancellationToken);

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
    /// <returns>A task that completes when they are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _pool.DisposeAsync();
    }
}
