using System.Buffers.Binary;
using Yyc3.Connectors.MongoDb.Bson;

namespace Yyc3.Connectors.MongoDb.Wire;

/// <summary>The frame of a message: OP_MSG with one document and no checksum.</summary>
internal static class MongoMessage
{
    /// <summary>Length, request, what it answers, operation.</summary>
    public const int HeaderSize = 16;

    /// <summary>Bytes before the document: the header, the flags and the kind of the section.</summary>
    public const int PrefixSize = HeaderSize + sizeof(int) + 1;

    private const int Operation = 2013;
    private const int SmallestDocument = 5;
    private const uint ChecksumFlag = 1;
    private const uint ChecksumSize = 4;

    /// <summary>Flags that a reader must understand.</summary>
    private const uint RequiredFlags = 0xFFFF;

    public static BsonWriter New() => new(PrefixSize);

    /// <summary>Fills in the frame before sending.</summary>
    public static void Seal(BsonWriter message, int request)
    {
        var bytes = message.Written;
        bytes[..PrefixSize].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], request);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], Operation);
    }

    /// <summary>Judges the header of an answer.</summary>
    /// <param name="header">The header.</param>
    /// <param name="request">What was asked.</param>
    /// <returns>Bytes that follow it.</returns>
    public static int BodyLength(ReadOnlySpan<byte> header, int request)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        return
            length is >= PrefixSize + SmallestDocument and <= BsonWriter.MaxSize
            && BinaryPrimitives.ReadInt32LittleEndian(header[8..]) == request
            && BinaryPrimitives.ReadInt32LittleEndian(header[12..]) == Operation
            ? length - HeaderSize
            : throw new BsonFormatException("The answer is no message of the protocol.");
    }

    /// <summary>Finds the document in the body of an answer.</summary>
    /// <param name="body">What follows the header.</param>
    /// <returns>The document.</returns>
    public static Range Document(ReadOnlySpan<byte> body)
    {
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(body);
        var end = body.Length - (int)((flags & ChecksumFlag) * ChecksumSize);
        if ((flags & RequiredFlags & ~ChecksumFlag) != 0 || body[sizeof(int)] != 0)
        {
            throw new BsonFormatException("The answer is not a single document.");
        }

        // One section and nothing behind it.
        const int Start = sizeof(int) + 1;
        return BsonReader.First(body[Start..end]).Length == end - Start
            ? Start..end
            : throw new BsonFormatException("The answer is not a single document.");
    }
}
