using System.Buffers;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>Writes records into tables: a page is one command, and what that refuses is halved until the culprits are found.</summary>
internal sealed class TableWriter(IDatabase database, TableDialect dialect, TableShapes shapes)
{
    public async Task<IReadOnlyList<RecordResult>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        var results = new Dictionary<string, RecordResult>(StringComparer.Ordinal);
        var shape = await shapes.FindAsync(batch.Resource, cancellationToken);
        var kept = new List<SyncRecord>();
        foreach (var record in batch.Records)
        {
            if (record.Content is not null)
            {
                results[record.Id] = Refused("recordId", "has content, which no table takes");
            }
            else if (shape is not null && TableKey.Find(shape, record.Id) is null)
            {
                results[record.Id] = RecordResult.Failed(TableKey.Malformed());
            }
            else if (!record.IsDeleted && shape is not null && TableKey.Contradicts(shape, record))
            {
                results[record.Id] = Refused("recordId", "is not the key that the record's fields hold");
            }
            else if (!record.IsDeleted)
            {
                kept.Add(record);
            }
        }

        foreach (var page in PageFields.Of(kept))
        {
            shape = await MakeRoomAsync(shape, batch, page, results, cancellationToken);
            await UpsertAsync(shape, page, page.Records, results, cancellationToken);
        }

        var deleted = batch.Records.Where(record => record.IsDeleted && !results.ContainsKey(record.Id)).ToList();
        if (shape is not null && deleted.Count > 0)
        {
            await DeleteAsync(shape, deleted, results, cancellationToken);
        }

        return [.. batch.Records.Select(record => results.GetValueOrDefault(record.Id))];
    }

    private static RecordResult Refused(string field, string reason) =>
        RecordResult.Failed(ConnectorException.Invalid(field, reason));

    /// <summary>Makes the table or its missing columns, as far as that is wanted.</summary>
    private async Task<TableShape> MakeRoomAsync(
        TableShape? shape,
        RecordBatch batch,
        PageFields page,
        Dictionary<string, RecordResult> results,
        CancellationToken cancellationToken
    )
    {
        if (shape is null)
        {
            await CreateAsync(batch, page, cancellationToken);
            shapes.Forget(batch.Resource);
            return await shapes.GetAsync(batch.Resource, cancellationToken);
        }

        var unknown = page.Names.Where(name => shape.Columns.All(column => column.Name != name)).ToList();
        if (unknown.Count == 0 || batch.UnknownFields == UnknownFields.Ignore)
        {
            return shape;
        }

        if (batch.UnknownFields == UnknownFields.Fail)
        {
            foreach (var record in page.Records)
            {
                results[record.Id] = RecordResult.Failed(
                    new ConnectorException(
                        ErrorKind.InvalidArgument,
                        "UNKNOWN_FIELD",
                        $"The table has no column for the field {unknown[0]}."
                    )
                    {
                        Field = unknown[0],
                    }
                );
            }

            page.Records.Clear();
            return shape;
        }

        foreach (var name in unknown)
        {
            var type = dialect.TypeFor(page.Kind(name), isKey: false);
            await database.ExecuteAsync(
                new DbStatement(
                    $"alter table {dialect.QuoteTable(shape.Table.Table)} add column {dialect.Quote(name)} {type}"
                ),
                cancellationToken
            );
        }

        shapes.Forget(batch.Resource);
        return await shapes.GetAsync(batch.Resource, cancellationToken);
    }

    private async Task CreateAsync(RecordBatch batch, PageFields page, CancellationToken cancellationToken)
    {
        var table = shapes.Named(batch.Resource);
        IReadOnlyList<string> key =
            table.Key.Count > 0 ? table.Key
            : batch.KeyFields.Count > 0 ? batch.KeyFields
            : ["id"];
        var columns = key.Concat(page.Names.Except(key, StringComparer.Ordinal))
            .Select(name =>
            {
                var isKey = key.Contains(name, StringComparer.Ordinal);
                var type = dialect.TypeFor(page.Kind(name), isKey);
                return $"{dialect.Quote(name)} {type}{(isKey ? " not null" : "")}";
            });
        await database.ExecuteAsync(
            new DbStatement(
                $"create table if not exists {dialect.QuoteTable(table.Table)} ({string.Join(", ", columns)},"
                    + $" primary key ({string.Join(", ", key.Select(dialect.Quote))}))"
            ),
            cancellationToken
        );
    }

    private async Task UpsertAsync(
        TableShape shape,
        PageFields page,
        IReadOnlyList<SyncRecord> records,
        Dictionary<string, RecordResult> results,
        CancellationToken cancellationToken
    )
    {
        if (records.Count == 0)
        {
            return;
        }

        var rows = new TablePage(shape, page.Names, records);
        await RunAsync(
            () => dialect.UpsertAsync(database, rows, cancellationToken),
            records,
            results,
            half => UpsertAsync(shape, page, half, results, cancellationToken)
        );
    }

    private async Task DeleteAsync(
        TableShape shape,
        IReadOnlyList<SyncRecord> records,
        Dictionary<string, RecordResult> results,
        CancellationToken cancellationToken
    )
    {
        var statement = new DbStatement(dialect.Delete(shape.Table.Table, shape.Key))
        {
            Parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal)
            {
                ["page"] = DbValue.From(KeysOf(shape, records)),
            },
        };
        await RunAsync(
            async () => await database.ExecuteAsync(statement, cancellationToken),
            records,
            results,
            half => DeleteAsync(shape, half, results, cancellationToken)
        );
    }

    private static async Task RunAsync(
        Func<ValueTask> write,
        IReadOnlyList<SyncRecord> records,
        Dictionary<string, RecordResult> results,
        Func<IReadOnlyList<SyncRecord>, Task> again
    )
    {
        try
        {
            await write();
        }
        catch (ConnectorException fault)
            when (fault.Kind is ErrorKind.InvalidArgument or ErrorKind.AlreadyExists or ErrorKind.OutOfRange)
        {
            if (records.Count == 1)
            {
                results[records[0].Id] = RecordResult.Failed(fault);
                return;
            }

            await again([.. records.Take(records.Count / 2)]);
            await again([.. records.Skip(records.Count / 2)]);
        }
    }

    /// <summary>The keys as a JSON array of objects.</summary>
    private static string KeysOf(TableShape shape, IReadOnlyList<SyncRecord> records)
    {
        var buffer = new ArrayBufferWriter<byte>(records.Count * 64);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartArray();
            foreach (var record in records)
            {
                var key = TableKey.Of(shape, record.Id);
                json.WriteStartObject();
                for (var part = 0; part < key.Length; part++)
                {
                    json.WriteString(shape.Key[part].Name, key[part]);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
