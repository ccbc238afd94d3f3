using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Values;
using Yyc3.Connectors.MongoDb.Wire;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Commands;

/// <summary>Makes the message of a command: what the caller wrote, and what only the connector may say.</summary>
/// <param name="command">The command.</param>
/// <param name="database">The integration's database.</param>
/// <param name="ids">For documents without an id.</param>
internal sealed class CommandEnvelope(MongoCommand command, string database, ObjectIdSource ids)
{
    /// <summary>Documents of a first answer: enough for one page of a caller that wants a hundred.</summary>
    public const int FirstBatch = 128;

    /// <summary>Documents of each answer after it; the server ends one at 16 MiB anyway.</summary>
    public const int NextBatch = 1024;

    private int _inserted;
    private string? _insertedId;

    /// <summary>The id of the document that the message inserts, as text; null when there is not exactly one.</summary>
    public string? InsertedId => _inserted == 1 ? _insertedId : null;

    /// <summary>Writes the message.</summary>
    /// <param name="milliseconds">Longest time at the server; null for none.</param>
    /// <param name="transaction">The transaction that it belongs to, or null.</param>
    /// <returns>The message, ready to be sent.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>: it is too large.</exception>
    public BsonWriter Write(long? milliseconds, MongoTransaction? transaction = null)
    {
        try
        {
            return WriteWhole(milliseconds, transaction);
        }
        catch (BsonFormatException)
        {
            // The ids that are added to documents without one may take it over the limit.
            throw ConnectorException.Invalid(command.Field, "is larger than the server takes");
        }
    }

    /// <summary>What is acknowledged is on the disks of the majority.</summary>
    public static void DurableConcern(BsonWriter writer)
    {
        var start = writer.Begin(BsonType.Document, "writeConcern"u8);
        writer.String("w"u8, "majority");
        writer.Boolean("j"u8, value: true);
        writer.End(start);
    }

    private BsonWriter WriteWhole(long? milliseconds, MongoTransaction? transaction)
    {
        var writer = MongoMessage.New();
        var start = writer.Begin();
        var reader = new BsonReader(command.Document.Span);
        var hasConcern = false;
        while (reader.Read())
        {
            if (reader.Name.SequenceEqual("maxTimeMS"u8))
            {
                var own = BsonReader.Number(reader.Type, reader.Value);
                milliseconds = own > 0 && (milliseconds is not { } limit || own < limit) ? own : milliseconds;
            }
            else if (reader.Name.SequenceEqual("documents"u8) && IsInsert && reader.Type == BsonType.Array)
            {
                Documents(writer, reader.Value);
            }
            else if (!command.HasCursor || !(reader.Name.SequenceEqual("cursor"u8) || IsBatchSize(reader.Name)))
            {
                hasConcern |= reader.Name.SequenceEqual("writeConcern"u8);
                writer.Raw(reader.Type, reader.Name, reader.Value);
            }
        }

        Limits(writer, milliseconds);
        if (transaction is not null)
        {
            transaction.Write(writer);
        }
        else if (!command.IsQuery && !hasConcern)
        {
            DurableConcern(writer);
        }

        writer.String("$db"u8, database);
        writer.End(start);
        return writer;
    }

    private bool IsInsert => command.Name is "insert";

    private bool IsBatchSize(ReadOnlySpan<byte> name) => command.Name is "find" && name.SequenceEqual("batchSize"u8);

    private void Limits(BsonWriter writer, long? milliseconds)
    {
        if (command.Name is "find")
        {
            writer.Int32("batchSize"u8, FirstBatch);
        }
        else if (command.HasCursor)
        {
            var cursor = writer.Begin(BsonType.Document, "cursor"u8);
            if (command.IsQuery)
            {
                writer.Int32("batchSize"u8, FirstBatch);
            }

            writer.End(cursor);
        }

        if (milliseconds is { } limit)
        {
            writer.Int64("maxTimeMS"u8, Math.Min(limit, int.MaxValue));
        }
    }

    private void Documents(BsonWriter writer, ReadOnlySpan<byte> documents)
    {
        var list = writer.Begin(BsonType.Array, "documents"u8);
        var reader = new BsonReader(documents);
        while (reader.Read())
        {
            if (reader.Type != BsonType.Document)
            {
                writer.Raw(reader.Type, reader.Name, reader.Value);
                continue;
            }

            _inserted++;
            var document = new BsonReader(reader.Value);
            if (document.Find("_id"u8))
            {
                _insertedId = _inserted == 1 ? BsonValues.IdText(document.Type, document.Value) : null;
                writer.Raw(reader.Type, reader.Name, reader.Value);
            }
            else
            {
                WithId(writer, reader.Name, reader.Value);
            }
        }

        writer.End(list);
    }

    private void WithId(BsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> document)
    {
        Span<byte> id = stackalloc byte[ObjectIdSource.Size];
        ids.Next(id);
        _insertedId = _inserted == 1 ? Convert.ToHexStringLower(id) : null;
        var start = writer.Begin(BsonType.Document, name);
        writer.Raw(BsonType.ObjectId, "_id"u8, id);
        writer.Bytes(document[sizeof(int)..^1]);
        writer.End(start);
    }
}
