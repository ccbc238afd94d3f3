using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>Reads pages of one table.</summary>
internal sealed class TableReader(IDatabase database, TableDialect dialect, TableShape shape)
{
    private const string Moment = "moment";

    /// <summary>Where reading of changes would begin now.</summary>
    public async Task<string> PositionAsync(TableColumn modifiedAt, CancellationToken cancellationToken)
    {
        var name = dialect.Quote(modifiedAt.Name);
        var statement = new DbStatement(
            $"select {name} from {Table} where {name} is not null order by {name} desc limit 1"
        );
        await using var rows = await database.QueryAsync(statement, cancellationToken);
        return await rows.ReadAsync(cancellationToken)
            ? new TableCursor(rows.GetValue(0), []).Write()
            : new TableCursor(null, []).Write();
    }

    public async Task<RecordPage> AllAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var cursor = query.Cursor is null ? null : TableCursor.Read(query.Cursor);
        var conditions = new List<string>();
        var parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal);
        if (cursor is not null)
        {
            conditions.Add(Behind(KeyOrder(), Bind(cursor.Key, parameters)));
        }

        if (shape.Table.DeletedAt is { } deletedAt)
        {
            conditions.Add($"{dialect.Quote(deletedAt)} is null");
        }

        var page = await ReadAsync(query, conditions, KeyOrder(), parameters, cancellationToken);
        // Counting costs little beside reading all of it, and is done once.
        return query.Cursor is null && page.HasMore
            ? page with
            {
                Total = await CountAsync(conditions, cancellationToken),
            }
            : page;
    }

    public Task<RecordPage> ChangesAsync(RecordQuery query, TableColumn modifiedAt, CancellationToken cancellationToken)
    {
        var cursor = TableCursor.Read(query.Cursor ?? "");
        var name = dialect.Quote(modifiedAt.Name);
        var conditions = new List<string> { $"{name} is not null" };
        var parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal);
        if (cursor.Moment is { } moment)
        {
            parameters[Moment] = moment;
            conditions.Add(
                cursor.Key.Count == 0
                    ? $"{name} >= {dialect.Before(":" + Moment, modifiedAt.Type)}"
                    : Behind([name, .. KeyOrder()], [":" + Moment, .. Bind(cursor.Key, parameters)])
            );
        }

        return ReadAsync(query, conditions, [name, .. KeyOrder()], parameters, cancellationToken);
    }

    private async Task<long?> CountAsync(List<string> conditions, CancellationToken cancellationToken)
    {
        var where = conditions.Count > 0 ? " where " + string.Join(" and ", conditions) : "";
        await using var rows = await database.QueryAsync(
            new DbStatement($"select count(*) from {Table}{where}"),
            cancellationToken
        );
        return await rows.ReadAsync(cancellationToken) ? rows.GetValue(0).AsInt64() : null;
    }

    /// <summary>The rows with these ids, in parts that every engine takes.</summary>
    public async Task<IReadOnlyList<SyncRecord>> FindAsync(
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        const int MostAtOnce = 200;
        var found = new List<SyncRecord>(ids.Count);
        // Whatever has another shape than the key is the id of no row.
        foreach (var part in ids.Where(id => TableKey.Find(shape, id) is not null).Chunk(MostAtOnce))
        {
            await FindPartAsync(part, found, cancellationToken);
        }

        return found;
    }

    /// <summary>The rows of some ids; what the engine refuses is halved until the ids that cannot be keys are left out.</summary>
    private async Task FindPartAsync(string[] ids, List<SyncRecord> found, CancellationToken cancellationToken)
    {
        try
        {
            found.AddRange(await FindPartAsync(ids, cancellationToken));
        }
        catch (ConnectorException fault) when (fault.Kind is ErrorKind.InvalidArgument or ErrorKind.OutOfRange)
        {
            if (ids.Length > 1)
            {
                await FindPartAsync(ids[..(ids.Length / 2)], found, cancellationToken);
                await FindPartAsync(ids[(ids.Length / 2)..], found, cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<SyncRecord>> FindPartAsync(string[] ids, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal);
        var keys = ids.Select(
            (id, index) =>
            {
                var values = TableKey
                    .Of(shape, id)
                    .Select(
                        (value, place) =>
                        {
                            var name = string.Create(CultureInfo.InvariantCulture, $"key{index}x{place}");
                            parameters[name] = DbValue.From(value);
                            return ":" + name;
                        }
                    );
                return shape.Key.Count == 1 ? values.Single() : $"({string.Join(", ", values)})";
            }
        );
        var names = KeyNames();
        var left = names.Count == 1 ? names[0] : $"({string.Join(", ", names)})";
        var conditions = new List<string> { $"{left} in ({string.Join(", ", keys)})" };
        if (shape.Table.DeletedAt is { } deletedAt)
        {
            conditions.Add($"{dialect.Quote(deletedAt)} is null");
        }

        var query = new RecordQuery(shape.Table.Resource) { Limit = ids.Length };
        return (await ReadAsync(query, conditions, names, parameters, cancellationToken)).Records;
    }

    /// <summary>What is there now under some keys, in their order; a key without a row gives a deleted record.</summary>
    public async Task<IReadOnlyList<SyncRecord>> FindAsync(
        IReadOnlyList<IReadOnlyList<string>> keys,
        CancellationToken cancellationToken
    )
    {
        // Only a row that was found has a key.
        var isMissing = $"t.{dialect.Quote(shape.Key[0].Name)} is null";
        using var row = new TableRow(shape);
        var selected = row.Select(
            "t.",
            shape.Table.DeletedAt is { } deletedAt
                ? $"case when {isMissing} or t.{dialect.Quote(deletedAt)} is not null then 1 else 0 end"
                : $"case when {isMissing} then 1 else 0 end",
            dialect,
            keyAlias: "k."
        );
        var found = dialect.ByKey(shape.Table.Table, shape.Key) ?? throw new NotSupportedException();
        var statement = new DbStatement($"select {selected} {found}")
        {
            Parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal)
            {
                ["keys"] = DbValue.FromJson(
                    JsonSerializer.Serialize(keys, KeyJson.Default.IReadOnlyListIReadOnlyListString)
                ),
            },
        };
        var records = new List<SyncRecord>(keys.Count);
        await using var rows = await database.QueryAsync(statement, cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            records.Add(row.Read(rows));
        }

        return records;
    }

    private string Table => dialect.QuoteTable(shape.Table.Table);

    private List<string> KeyNames() => [.. shape.Key.Select(column => dialect.Quote(column.Name))];

    private List<string> KeyOrder() => [.. shape.Key.Select(dialect.Order)];

    private static List<string> Bind(IReadOnlyList<DbValue> key, Dictionary<string, DbValue> parameters)
    {
        var names = new List<string>(key.Count);
        foreach (var value in key)
        {
            var name = "key" + names.Count.ToString(CultureInfo.InvariantCulture);
            parameters[name] = value;
            names.Add(":" + name);
        }

        return names;
    }

    private string Behind(List<string> columns, List<string> values) =>
        columns.Count == values.Count
            ? dialect.Behind(columns, values)
            : throw ConnectorException.Invalid("cursor", "is not a cursor of this resource");

    private async Task<RecordPage> ReadAsync(
        RecordQuery query,
        List<string> conditions,
        IReadOnlyList<string> order,
        Dictionary<string, DbValue> parameters,
        CancellationToken cancellationToken
    )
    {
        var isChanges = query.Reading == RecordReading.Changes;
        using var row = new TableRow(shape);
        var selected = row.Select(
            "",
            isChanges && shape.Table.DeletedAt is { } deletedAt
                ? $"case when {dialect.Quote(deletedAt)} is null then 0 else 1 end"
                : "0",
            dialect
        );
        parameters["most"] = DbValue.From((long)query.Limit + 1);
        var statement = new DbStatement(
            $"select {selected} from {Table}"
                + (conditions.Count > 0 ? " where " + string.Join(" and ", conditions) : "")
                + $" order by {string.Join(", ", order)} limit :most"
        )
        {
            Parameters = parameters,
        };
        var records = new List<SyncRecord>(query.Limit);
        var cursor = isChanges ? query.Cursor : null;
        TableCursor? last = null;
        await using var rows = await database.QueryAsync(statement, cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (records.Count == query.Limit)
            {
                return new RecordPage(records, last!.Write(), HasMore: true);
            }

            records.Add(row.Read(rows));
            last = new TableCursor(isChanges ? row.Moment : null, row.Key);
        }

        if (isChanges && last is not null)
        {
            // The next run looks again at what may have become visible late.
            cursor = (last with { Key = [] }).Write();
        }

        return new RecordPage(records, cursor, HasMore: false);
    }
}
