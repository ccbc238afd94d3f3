using System.Buffers;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Faults;

namespace Yyc3.Connectors.MongoDb.Wire;

/// <summary>One answer in a rented buffer; nothing read from it may be used after it is disposed.</summary>
internal sealed class MongoReply : IDisposable
{
    private const int FirstPiece = 64 * 1024;

    private byte[] _buffer;
    private Range _document;

    private MongoReply(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The document.</summary>
    public ReadOnlySpan<byte> Document => _buffer.AsSpan(_document);

    /// <summary>Reads the body of an answer. The buffer grows with what arrives, not with what is announced.</summary>
    /// <param name="stream">Where it comes from.</param>
    /// <param name="length">Its announced length.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The answer; the caller disposes it.</returns>
    public static async Task<MongoReply> ReadAsync(Stream stream, int length, CancellationToken cancellationToken)
    {
        var reply = new MongoReply(Math.Min(length, FirstPiece));
        try
        {
            for (var read = 0; read < length; )
            {
                reply.Grow(read, length);
                var room = Math.Min(reply._buffer.Length, length) - read;
                await stream.ReadExactlyAsync(reply._buffer.AsMemory(read, room), cancellationToken);
                read += room;
            }

            reply._document = MongoMessage.Document(reply._buffer.AsSpan(0, length));
            return reply;
        }
        catch
        {
            reply.Dispose();
            throw;
        }
    }

    /// <summary>Throws when the answer tells a failure, of the command or of a write in it.</summary>
    /// <exception cref="MongoDbFailure">It does.</exception>
    public void ThrowIfFailed()
    {
        var isOk = false;
        var (refused, unconfirmed) = (default(MongoDbFailure), default(MongoDbFailure));
        var affected = 0L;
        var reader = new BsonReader(Document);
        while (reader.Read())
        {
            switch (reader.Name)
            {
                case var name when name.SequenceEqual("ok"u8):
                    isOk = BsonReader.Number(reader.Type, reader.Value) == 1;
                    break;
                case var name when name.SequenceEqual("n"u8):
                    affected = BsonReader.Number(reader.Type, reader.Value);
                    break;
                case var name when name.SequenceEqual("writeErrors"u8) && reader.Type == BsonType.Array:
                    refused = OfWrites(reader.Value);
                    break;
                case var name when name.SequenceEqual("writeConcernError"u8) && reader.Type == BsonType.Document:
                    unconfirmed = MongoDbFailure.Of(reader.Value, isUnconfirmed: true);
                    break;
                default:
                    break;
            }
        }

        if (!isOk)
        {
            throw MongoDbFailure.Of(Document);
        }

        if (refused is not null)
        {
            refused.IsRestUnconfirmed = unconfirmed is not null;
        }

        if ((refused ?? unconfirmed) is { } failure)
        {
            failure.AffectedRows = affected;
            throw failure;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _document) = ([], default);
        }
    }

    /// <summary>The first of the writes that were refused, which knows them all.</summary>
    private static MongoDbFailure? OfWrites(ReadOnlySpan<byte> errors)
    {
        var writes = new List<(int Index, MongoDbFailure Failure)>();
        var reader = new BsonReader(errors);
        while (reader.Read() && reader.Type == BsonType.Document)
        {
            var error = new BsonReader(reader.Value);
            var index = error.Find("index"u8) ? (int)BsonReader.Number(error.Type, error.Value) : 0;
            writes.Add((index, MongoDbFailure.Of(reader.Value)));
        }

        if (writes.Count == 0)
        {
            return null;
        }

        writes[0].Failure.Writes = writes;
        return writes[0].Failure;
    }

    private void Grow(int read, int length)
    {
        if (read < _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, _buffer.Length * 2L));
        _buffer.AsSpan(0, read).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
