using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Wire;

namespace Yyc3.Connectors.MongoDb.Commands;

/// <summary>One answer of a cursor: its documents, and where the next ones are.</summary>
internal sealed class CursorBatch : IDisposable
{
    private readonly MongoReply _reply;
    private readonly Range _documents;
    private int _position = sizeof(int);
    private Range _current;

    private CursorBatch(MongoReply reply, long cursor, string collection, Range documents) =>
        (_reply, Cursor, Collection, _documents) = (reply, cursor, collection, documents);

    /// <summary>The cursor at the server; 0 when this is its last batch.</summary>
    public long Cursor { get; }

    /// <summary>The collection that the server names for the cursor.</summary>
    public string Collection { get; }

    /// <summary>The current document.</summary>
    public ReadOnlySpan<byte> Current => Documents[_current];

    private ReadOnlySpan<byte> Documents => _reply.Document[_documents];

    /// <summary>Reads the answer of a command whose answer is a cursor.</summary>
    /// <param name="reply">The answer; the batch's from now on.</param>
    /// <returns>The batch, before its first document.</returns>
    /// <exception cref="BsonFormatException">The answer holds no cursor.</exception>
    public static CursorBatch Of(MongoReply reply)
    {
        var answer = new BsonReader(reply.Document);
        if (!answer.Find("cursor"u8) || answer.Type != BsonType.Document)
        {
            throw new BsonFormatException("The answer holds no cursor.");
        }

        var (cursor, collection, documents) = (0L, "", default(Range?));
        var start = answer.ValueStart;
        var reader = new BsonReader(answer.Value);
        while (reader.Read())
        {
            if (reader.Name.SequenceEqual("id"u8))
            {
                cursor = BsonReader.Number(reader.Type, reader.Value);
            }
            else if (reader.Name.SequenceEqual("ns"u8) && reader.Type == BsonType.String)
            {
                collection = AfterDatabase(BsonReader.Utf8(reader.Value));
            }
            else if (reader.Type == BsonType.Array && reader.Name.EndsWith("Batch"u8))
            {
                var first = start + reader.ValueStart;
                documents = first..(first + reader.Value.Length);
            }
        }

        return new CursorBatch(
            reply,
            cursor,
            collection,
            documents ?? throw new BsonFormatException("The answer holds no documents.")
        );
    }

    /// <summary>Goes to the next document.</summary>
    /// <returns>False at the end of the batch.</returns>
    public bool MoveNext()
    {
        var reader = new BsonReader(Documents, _position);
        if (!reader.Read())
        {
            return false;
        }

        if (reader.Type != BsonType.Document)
        {
            throw new BsonFormatException("A row is no document.");
        }

        _current = reader.ValueStart..(reader.ValueStart + reader.Value.Length);
        _position = reader.Position;
        return true;
    }

    /// <summary>Goes back before the first document.</summary>
    public void Rewind() => _position = sizeof(int);

    public void Dispose() => _reply.Dispose();

    private static string AfterDatabase(ReadOnlySpan<byte> name) =>
        Encoding.UTF8.GetString(name[(name.IndexOf((byte)'.') + 1)..]);
}
