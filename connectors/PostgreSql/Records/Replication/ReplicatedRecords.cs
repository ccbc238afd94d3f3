using System.Text.Json;
using Yyc3.Connectors.PostgreSql.Sessions;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>Tables as records, some of which tell their changes by logical replication. Thread-safe.</summary>
internal sealed class ReplicatedRecords : IRecordSource, IAsyncDisposable
{
    private readonly TableRecords _records;
    private readonly ReplicationCatalog _catalog;
    private readonly ReplicationNames _names;
    private readonly Dictionary<string, ReplicatedTable> _tables;

    /// <summary>Sees tables as the settings say.</summary>
    /// <param name="context">What the host gives.</param>
    /// <param name="database">The database.</param>
    /// <param name="dialect">Its engine.</param>
    /// <param name="records">Its tables as records.</param>
    /// <param name="pool">Its connections.</param>
    public ReplicatedRecords(
        ConnectorContext context,
        IDatabase database,
        TableDialect dialect,
        TableRecords records,
        SessionPool pool
    )
    {
        _records = records;
        _catalog = new ReplicationCatalog(database, dialect);
        _names = new ReplicationNames(context);
        _tables = RecordTable
            .From(context.Settings)
            .Where(table => ChangeSetting.IsReplicated(context.Settings, table))
            .ToDictionary(
                table => table.Resource,
                table => new ReplicatedTable(table, _names.Of(table.Resource), records, _catalog, pool, context.Time),
                StringComparer.Ordinal
            );
    }

    public async ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        [
            .. (await _records.ListResourcesAsync(cancellationToken)).Select(resource =>
                _tables.ContainsKey(resource.Name)
                    ? resource with
                    {
                        TellsChanges = true,
                        TellsDeletions = true,
                    }
                    : resource
            ),
        ];

    public ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken) =>
        _tables.TryGetValue(resource, out var table)
            ? new ValueTask<string?>(table.GetPositionAsync(cancellationToken)!)
            : _records.GetPositionAsync(resource, cancellationToken);

    public ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var isLog = query.Reading == RecordReading.Changes && _tables.ContainsKey(query.Resource);
        if (query.Reading == RecordReading.Changes && ChangeSetting.IsOfTheOther(query.Cursor, isLog))
        {
            throw ReplicationFaults.Lost("The setting 'changes' was another one when the cursor was given.");
        }

        return isLog
            ? new ValueTask<RecordPage>(_tables[query.Resource].ReadAsync(query, cancellationToken))
            : _records.ReadAsync(query, cancellationToken);
    }

    /// <summary>Checks that the server can tell changes of the tables that are set so.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ConnectorException">What is missing.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var table in _tables.Values)
        {
            await table.CheckAsync(cancellationToken);
        }
    }

    /// <summary>The action <c>dropReplication</c>: drops slots and publications.</summary>
    /// <param name="input">Which resource; all of this integration without one, also those that are not set any more.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What was dropped.</returns>
    public async Task<JsonElement> DropAsync(JsonElement input, CancellationToken cancellationToken)
    {
        var prefix = input.TryGetProperty("resource", out var resource)
            ? _names.Of(resource.GetString()!)
            : _names.Prefix;
        var names = await _catalog.ListNamesAsync(prefix, cancellationToken);
        foreach (var name in names)
        {
            await _catalog.DropSlotAsync(name, cancellationToken);
            await _catalog.DropPublicationAsync(name, cancellationToken);
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("dropped");
            foreach (var name in names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        using var answer = JsonDocument.Parse(buffer.ToArray());
        return answer.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var table in _tables.Values)
        {
            await table.DisposeAsync();
        }
    }
}
