using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>
/// Reads the changes of one table from the server's log: which keys have changed comes from the log, and the rows, as they are
/// now, from the table. So the fields are written as all records', a long value that the log leaves out is there, and no state
/// is told that is older than one that was read. Thread-safe; one call at a time.
/// </summary>
internal sealed class ReplicatedTable(
    RecordTable table,
    string name,
    TableRecords records,
    ReplicationCatalog catalog,
    SessionPool pool,
    TimeProvider time
) : IAsyncDisposable
{
    private readonly SemaphoreSlim _reading = new(1);
    private readonly SemaphoreSlim _making = new(1);
    private readonly LogReader _log = new(table, name, catalog, pool, time);

    /// <summary>Tells where changes would begin now, making publication and slot if they are not there.</summary>
    /// <param name="cancellationToken">Ends the waiting for running transactions.</param>
    /// <returns>The cursor.</returns>
    public async Task<string> GetPositionAsync(CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            var key = await KeyAsync(cancellationToken);
            var preparation = new ReplicationPreparation(table, name, catalog, time);
            return await preparation.RunAsync(key, cancellationToken);
        }
        finally
        {
            _making.Release();
        }
    }

    /// <summary>Checks that the server can tell changes of this table, as far as it is there.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> key;
        try
        {
            key = await KeyAsync(cancellationToken);
        }
        catch (ConnectorException fault) when (fault.Code == "RESOURCE_NOT_FOUND")
        {
            // It may be made by writing.
            key = [];
        }

        ReplicationRequirements.Check(
            table.Resource,
            key,
            await catalog.LookAsync(table.Table, key, name, cancellationToken)
        );
    }

    /// <summary>Reads a page of changes.</summary>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The page.</returns>
    public async Task<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var cursor = LogCursor.Read(query.Cursor) ?? throw ReplicationFaults.Foreign();
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var key = await KeyAsync(cancellationToken);
            var page = await _log.ReadAsync(cursor, key, query.Limit, cancellationToken);
            await AwaitVisibleAsync(page.Transactions, cancellationToken);
            var changed =
                page.Keys.Count == 0 ? [] : await records.ReadKeysAsync(table.Resource, page.Keys, cancellationToken);
            return new RecordPage(changed, (cursor with { Position = page.End }).Write(), page.HasMore);
        }
        finally
        {
            _reading.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _reading.Dispose();
        _making.Dispose();
    }

    private async Task<IReadOnlyList<string>> KeyAsync(CancellationToken cancellationToken) =>
        (await records.GetResourceAsync(table.Resource, cancellationToken)).KeyFields;

    /// <summary>
    /// A commit is in the log a moment before it is visible, and longer when it waits for a standby. Rows that are read before
    /// would be those of the state before.
    /// </summary>
    private async Task AwaitVisibleAsync(IReadOnlyCollection<uint> transactions, CancellationToken cancellationToken)
    {
        if (transactions.Count == 0)
        {
            return;
        }

        await catalog.AwaitTransactionsAsync(snapshot => transactions.All(snapshot.Sees), time, cancellationToken);
    }
}
