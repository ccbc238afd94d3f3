using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Commands;
using Yyc3.Connectors.MongoDb.Faults;
using Yyc3.Connectors.MongoDb.Wire;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.MongoDb.Records;

/// <summary>
/// The collections of a database as records: a resource is a collection, the id is <c>_id</c>. Which collections is told by the
/// setting <c>records</c>; without it every collection is a resource. Thread-safe.
/// </summary>
internal sealed class MongoRecords(
    MongoClient client,
    string database,
    IReadOnlyList<RecordCollection> collections,
    TimeProvider time
) : IRecordSource, IRecordLookup, IRecordSink
{
    private static readonly MongoCommand Listing = new(
        "listCollections",
        default,
        new DbStatement("listCollections"),
        "resource",
        IsQuery: true
    );

    public async ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        collections.Count > 0
            ? [.. collections.Select(collection => collection.Described)]
            :
            [
                .. (await NamesAsync(only: null, cancellationToken)).Select(name =>
                    new RecordCollection(name, name).Described
                ),
            ];

    public async ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken)
    {
        var collection = Named(resource);
        if (collection.ModifiedAt is { } modifiedAt)
        {
            return await Reader(collection).PositionAsync(modifiedAt, cancellationToken);
        }

        await RequireAsync(collection, cancellationToken);
        return null;
    }

    public async ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var collection = Named(query.Resource);
        if (query.Reading == RecordReading.Changes)
        {
            return collection.ModifiedAt is { } modifiedAt
                ? await Reader(collection).ChangesAsync(query, modifiedAt, cancellationToken)
                : throw ConnectorException.Invalid(
                    "cursor",
                    "is of a resource that tells changes, which this one does not"
                );
        }

        var page = await Reader(collection).AllAsync(query, cancellationToken);
        if (page.Records.Count == 0 && query.Cursor is null)
        {
            // To the server a collection that is not there is empty.
            await RequireAsync(collection, cancellationToken);
        }

        return page;
    }

    public async ValueTask<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) => await Reader(Named(resource)).FindAsync(ids, cancellationToken);

    public async ValueTask<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    ) =>
        await new CollectionWriter(client, database, time, Named(batch.Resource)).WriteAsync(
            batch.Records,
            cancellationToken
        );

    private RecordCollection Named(string resource) =>
        collections.FirstOrDefault(entry => string.Equals(entry.Resource, resource, StringComparison.Ordinal))
        ?? new RecordCollection(resource, resource);

    private CollectionReader Reader(RecordCollection collection) => new(client, database, time, collection);

    /// <summary>A collection that is set may be made by its first document; any other must be there.</summary>
    private async Task RequireAsync(RecordCollection collection, CancellationToken cancellationToken)
    {
        if (
            !collections.Contains(collection)
            && (await NamesAsync(collection.Collection, cancellationToken)).Count == 0
        )
        {
            throw new ConnectorException(
                ErrorKind.NotFound,
                "RESOURCE_NOT_FOUND",
                "The database has no such collection."
            );
        }
    }

    private async Task<List<string>> NamesAsync(string? only, CancellationToken cancellationToken)
    {
        using var deadline = new CommandDeadline(time, null, cancellationToken);
        var reply = await client.SendAsync(() => List(only), Listing, deadline);
        try
        {
            var names = new List<string>();
            var batch = CursorBatch.Of(reply);
            while (true)
            {
                using (batch)
                {
                    while (batch.MoveNext())
                    {
                        names.Add(BsonReader.Text(BsonValue.At(batch.Current, "name").Bytes));
                    }

                    if (batch.Cursor == 0)
                    {
                        names.RemoveAll(name => name.StartsWith("system.", StringComparison.Ordinal));
                        names.Sort(StringComparer.Ordinal);
                        return names;
                    }
                }

                batch = await client.MoreAsync(Listing, batch.Collection, batch.Cursor, deadline);
            }
        }
        catch (BsonFormatException malformed)
        {
            reply.Dispose();
            throw MongoDbErrors.Malformed(malformed);
        }
    }

    private BsonWriter List(string? only)
    {
        var writer = MongoMessage.New();
        var start = writer.Begin();
        writer.Int32("listCollections"u8, 1);
        var filter = writer.Begin(BsonType.Document, "filter"u8);
        writer.String("type"u8, "collection");
        if (only is not null)
        {
            writer.String("name"u8, only);
        }

        writer.End(filter);
        writer.Boolean("nameOnly"u8, value: true);
        writer.Boolean("authorizedCollections"u8, value: true);
        writer.String("$db"u8, database);
        writer.End(start);
        return writer;
    }
}
