using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Commands;
using Yyc3.Connectors.MongoDb.Faults;
using Yyc3.Connectors.MongoDb.Wire;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>Writes records into one collection: many by one command, in which each fails or succeeds alone.</summary>
internal sealed class CollectionWriter(
    MongoClient client,
    string database,
    TimeProvider time,
    RecordCollection collection
)
{
    /// <summary>Bytes of one command; a larger record has one of its own.</summary>
    private const int BytesOfCommand = 8 * 1024 * 1024;

    public async Task<IReadOnlyList<RecordResult>> WriteAsync(
        IReadOnlyList<SyncRecord> records,
        CancellationToken cancellationToken
    )
    {
        var results = new RecordResult[records.Count];
        var (updates, deletes) = (new List<WriteItem>(), new List<WriteItem>());
        for (var index = 0; index < results.Length; index++)
        {
            var record = records[index];
            try
            {
                (record.IsDeleted ? deletes : updates).Add(new WriteItem(index, Item(record)));
            }
            catch (ConnectorException fault)
            {
                results[index] = RecordResult.Failed(fault);
            }
        }

        using var deadline = new CommandDeadline(time, null, cancellationToken);
        await SendAllAsync("update", updates, results, deadline);
        await SendAllAsync("delete", deletes, results, deadline);
        return results;
    }

    private byte[] Item(SyncRecord record)
    {
        if (record.IsDeleted)
        {
            return RecordDocument.Delete(record.Id);
        }

        return record.Content is null
            ? RecordDocument.Upsert(collection, record)
            : throw ConnectorException.Invalid("recordId", "has content, which no collection takes");
    }

    private async Task SendAllAsync(
        string command,
        List<WriteItem> items,
        RecordResult[] results,
        CommandDeadline deadline
    )
    {
        for (var first = 0; first < items.Count; )
        {
            var (count, bytes) = (1, items[first].Document.Length);
            while (first + count < items.Count && bytes + items[first + count].Document.Length <= BytesOfCommand)
            {
                bytes += items[first + count].Document.Length;
                count++;
            }

            await SendAsync(command, items.GetRange(first, count), results, deadline);
            first += count;
        }
    }

    private async Task SendAsync(
        string command,
        List<WriteItem> items,
        RecordResult[] results,
        CommandDeadline deadline
    )
    {
        var about = new MongoCommand(command, default, new DbStatement(command), "records", IsQuery: false);
        try
        {
            using var reply = await client.SendAsync(() => Command(command, items), about, deadline);
        }
        catch (ConnectorException fault) when (fault.InnerException is MongoDbFailure { Writes.Count: > 0 } failure)
        {
            Judge(failure, items, results);
        }
        catch (ConnectorException fault) when (items.Count == 1 && IsOfOne(fault.Kind))
        {
            results[items[0].Index] = RecordResult.Failed(fault);
        }
        catch (ConnectorException fault) when (IsOfOne(fault.Kind))
        {
            // The server refuses the command as a whole; so the culprit is searched for.
            var half = items.Count / 2;
            await SendAsync(command, [.. items.Take(half)], results, deadline);
            await SendAsync(command, [.. items.Skip(half)], results, deadline);
        }
    }

    private static void Judge(MongoDbFailure failure, List<WriteItem> items, RecordResult[] results)
    {
        foreach (var (index, refusal) in failure.Writes)
        {
            var error = MongoDbErrors.Map(refusal, "records");
            if (!IsOfOne(error.Kind) || index < 0 || index >= items.Count)
            {
                throw error;
            }

            results[items[index].Index] = RecordResult.Failed(error);
        }

        if (failure.IsRestUnconfirmed)
        {
            throw new ConnectorException(
                ErrorKind.Unavailable,
                "WRITE_NOT_CONFIRMED",
                "The write was done but not confirmed; it may still be lost."
            );
        }
    }

    /// <summary>What is wrong with one document says nothing about the next.</summary>
    private static bool IsOfOne(ErrorKind kind) =>
        kind is ErrorKind.InvalidArgument or ErrorKind.AlreadyExists or ErrorKind.OutOfRange;

    private BsonWriter Command(string command, List<WriteItem> items)
    {
        var writer = MongoMessage.New();
        var start = writer.Begin();
        writer.String(Encoding.UTF8.GetBytes(command), collection.Collection);
        var list = writer.Begin(BsonType.Array, Encoding.UTF8.GetBytes(command + "s"));
        for (var index = 0; index < items.Count; index++)
        {
            writer.Raw(BsonType.Document, Encoding.UTF8.GetBytes(BsonWriter.Index(index)), items[index].Document);
        }

        writer.End(list);
        writer.Boolean("ordered"u8, value: false);
        CommandEnvelope.DurableConcern(writer);
        writer.String("$db"u8, database);
        writer.End(start);
        return writer;
    }
}
