using System.Collections.Concurrent;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>Looks tables up, remembering each for a little while. Thread-safe.</summary>
internal sealed class TableShapes(
    IDatabase database,
    TableDialect dialect,
    IReadOnlyList<RecordTable> tables,
    TimeProvider time
)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (TableShape Shape, long At)> _known = new(StringComparer.Ordinal);

    /// <summary>The tables that are set, or else all that have a primary key.</summary>
    public async Task<IReadOnlyList<RecordTable>> ListAsync(CancellationToken cancellationToken)
    {
        if (tables.Count > 0)
        {
            return tables;
        }

        await using var rows = await database.QueryAsync(new DbStatement(dialect.Tables), cancellationToken);
        var names = new List<RecordTable>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var name = rows.GetValue(0).AsText();
            names.Add(new RecordTable(name, name));
        }

        return names;
    }

    /// <exception cref="ConnectorException"><c>RESOURCE_NOT_FOUND</c>.</exception>
    public async Task<TableShape> GetAsync(string resource, CancellationToken cancellationToken) =>
        await FindAsync(resource, cancellationToken)
        ?? throw new ConnectorException(ErrorKind.NotFound, "RESOURCE_NOT_FOUND", "The database has no such table.");

    /// <summary>The table; null when it is not there.</summary>
    public async Task<TableShape?> FindAsync(string resource, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(resource, out var known) && time.GetElapsedTime(known.At) < Freshness)
        {
            return known.Shape;
        }

        var table = Named(resource);
        var columns = new List<TableColumn>();
        await using var rows = await database.QueryAsync(dialect.Columns(table.Table), cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            columns.Add(
                new TableColumn(rows.GetValue(0).AsText(), rows.GetValue(1).AsText(), rows.GetValue(2).AsInt64() != 0)
            );
        }

        if (columns.Count == 0)
        {
            return null;
        }

        var shape = TableShape.Of(table, columns);
        _known[resource] = (shape, time.GetTimestamp());
        return shape;
    }

    /// <summary>What the settings say of a resource.</summary>
    public RecordTable Named(string resource) =>
        tables.FirstOrDefault(table => string.Equals(table.Resource, resource, StringComparison.Ordinal))
        ?? new RecordTable(resource, resource);

    public void Forget(string resource) => _known.TryRemove(resource, out _);
}
