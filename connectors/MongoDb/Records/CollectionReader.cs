using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Commands;
using Yyc3.Connectors.MongoDb.Faults;
using Yyc3.Connectors.MongoDb.Wire;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>Reads pages of one collection.</summary>
internal sealed class CollectionReader(
    MongoClient client,
    string database,
    TimeProvider time,
    RecordCollection collection
)
{
    private static readonly MongoCommand Command = new("find", default, new DbStatement("find"), "resource", true);
    private static readonly long FirstDate = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LastDate = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Where reading of changes would begin now.</summary>
    public async Task<string> PositionAsync(string modifiedAt, CancellationToken cancellationToken)
    {
        using var deadline = new CommandDeadline(time, null, cancellationToken);
        using var batch = await FindAsync(
            filter => new RecordFilter(filter).Since(modifiedAt, BsonValue.Null),
            [(modifiedAt, -1)],
            1,
            deadline
        );
        var last = batch.MoveNext() ? BsonValue.At(batch.Current, modifiedAt) : BsonValue.Null;
        await EndAsync(batch);
        return new RecordCursor(last, null).Write();
    }

    public Task<RecordPage> AllAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var cursor = query.Cursor is null ? null : RecordCursor.OfAll(query.Cursor);
        return ReadAsync(
            query,
            filter =>
            {
                if (cursor?.Id is { } id)
                {
                    new RecordFilter(filter).BehindId(id);
                }

                if (collection.DeletedAt is { } deletedAt)
                {
                    filter.Null(Encoding.UTF8.GetBytes(deletedAt));
                }
            },
            [("_id", 1)],
            cancellationToken
        );
    }

    public Task<RecordPage> ChangesAsync(RecordQuery query, string modifiedAt, CancellationToken cancellationToken)
    {
        var cursor = RecordCursor.OfChanges(query.Cursor);
        var moment = cursor.Moment!.Value;
        return ReadAsync(
            query,
            filter =>
            {
                if (cursor.Id is { } id)
                {
                    new RecordFilter(filter).BehindChange(modifiedAt, moment, id);
                }
                else
                {
                    new RecordFilter(filter).Since(modifiedAt, moment);
                }
            },
            [(modifiedAt, 1), ("_id", 1)],
            cancellationToken
        );
    }

    /// <summary>The documents with these ids, in parts that stay far below what an answer may hold.</summary>
    public async Task<IReadOnlyList<SyncRecord>> FindAsync(
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        const int MostAtOnce = 500;
        var found = new List<SyncRecord>(ids.Count);
        foreach (var part in ids.Chunk(MostAtOnce))
        {
            var values = part.Select(RecordId.Parse).ToList();
            var query = new RecordQuery(collection.Resource) { Limit = values.Count };
            RecordPage page;
            var last = default(BsonValue?);
            do
            {
                var behind = last;
                page = await ReadAsync(
                    query,
                    filter =>
                    {
                        new RecordFilter(filter).WithIds(values, behind);
                        if (collection.DeletedAt is { } deletedAt)
                        {
                            filter.Null(Encoding.UTF8.GetBytes(deletedAt));
                        }
                    },
                    [("_id", 1)],
                    cancellationToken
                );
                found.AddRange(page.Records);
                last = page.HasMore ? RecordCursor.OfAll(page.Cursor!).Id : null;
            } while (page.HasMore);
        }

        return found;
    }

    private static DateTimeOffset? TimeOf(BsonValue value) =>
        value.Type == BsonType.Date
        && BsonReader.Int64(value.Bytes) is var date
        && date >= FirstDate
        && date <= LastDate
            ? DateTimeOffset.FromUnixTimeMilliseconds(date)
            : null;

    private async Task<RecordPage> ReadAsync(
        RecordQuery query,
        Action<BsonWriter> filter,
        (string Field, int Direction)[] order,
        CancellationToken cancellationToken
    )
    {
        using var deadline = new CommandDeadline(time, null, cancellationToken);
        using var batch = await FindAsync(filter, order, query.Limit + 1, deadline);
        using var fields = new RecordFields(collection.IsExtended);
        var records = new List<SyncRecord>();
        var isChanges = query.Reading == RecordReading.Changes;
        var last = default(RecordCursor);
        // The server ends an answer at 16 MiB; then the page is as short as that.
        var hasMore = batch.Cursor != 0;
        try
        {
            while (batch.MoveNext())
            {
                if (records.Count == query.Limit)
                {
                    hasMore = true;
                    break;
                }

                records.Add(Record(batch.Current, isChanges, fields, out last));
            }
        }
        catch (BsonFormatException malformed)
        {
            throw MongoDbErrors.Malformed(malformed);
        }

        await EndAsync(batch);
        if (hasMore)
        {
            return new RecordPage(records, (last ?? throw MongoDbErrors.Malformed()).Write(), HasMore: true);
        }

        // The next run looks again at what may have become visible late.
        return new RecordPage(
            records,
            isChanges ? (last is null ? query.Cursor : (last with { Id = null }).Write()) : null,
            HasMore: false
        );
    }

    private SyncRecord Record(ReadOnlySpan<byte> document, bool isChanges, RecordFields fields, out RecordCursor cursor)
    {
        var id = BsonValue.At(document, "_id");
        var moment = collection.ModifiedAt is { } modifiedAt ? BsonValue.At(document, modifiedAt) : BsonValue.Null;
        cursor = new RecordCursor(isChanges ? moment : null, id);
        var text = RecordId.Format(id);
        var isDeleted =
            isChanges
            && collection.DeletedAt is { } deletedAt
            && BsonValue.At(document, deletedAt).Type is not (BsonType.Null or BsonType.Undefined);
        return new SyncRecord
        {
            Id = text,
            IsDeleted = isDeleted,
            ModifiedAt = TimeOf(moment),
            Data = isDeleted ? default : fields.Write(document, text),
        };
    }

    private async Task<CursorBatch> FindAsync(
        Action<BsonWriter> filter,
        (string Field, int Direction)[] order,
        int most,
        CommandDeadline deadline
    )
    {
        var reply = await client.SendAsync(() => Find(filter, order, most), Command, deadline);
        try
        {
            return CursorBatch.Of(reply);
        }
        catch (BsonFormatException malformed)
        {
            reply.Dispose();
            throw MongoDbErrors.Malformed(malformed);
        }
    }

    private BsonWriter Find(Action<BsonWriter> filter, (string Field, int Direction)[] order, int most)
    {
        var writer = MongoMessage.New();
        var start = writer.Begin();
        writer.String("find"u8, collection.Collection);
        var condition = writer.Begin(BsonType.Document, "filter"u8);
        filter(writer);
        writer.End(condition);
        var sort = writer.Begin(BsonType.Document, "sort"u8);
        foreach (var (field, direction) in order)
        {
            writer.Int32(Encoding.UTF8.GetBytes(field), direction);
        }

        writer.End(sort);
        writer.Int32("limit"u8, most);
        writer.Int32("batchSize"u8, most);
        writer.String("$db"u8, database);
        writer.End(start);
        return writer;
    }

    private Task EndAsync(CursorBatch batch) =>
        batch.Cursor == 0 ? Task.CompletedTask : client.KillAsync(batch.Collection, batch.Cursor);
}
