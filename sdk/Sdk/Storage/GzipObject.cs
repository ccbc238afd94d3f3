using System.Buffers.Binary;

namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>
/// How stores without a record of their own keep compressed content: gzip that any tool can read, followed by an empty gzip
/// member whose extra field tells the plain size, which nobody knows when such an upload begins.
/// </summary>
public static class GzipObject
{
    /// <summary>Length of what stands behind the compressed content, in bytes.</summary>
    public const int TrailerLength = 34;

    private const int SizeOffset = 16;

    /// <summary>A gzip member without content whose extra field <c>YC</c> holds eight bytes (RFC 1952, 2.3.1.1).</summary>
    private static ReadOnlySpan<byte> Trailer =>
        [
            0x1f,
            0x8b,
            8,
            4,
            0,
            0,
            0,
            0,
            0,
            0xff,
            12,
            0,
            (byte)'Y',
            (byte)'C',
            8,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            3,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
        ];

    /// <summary>Compresses while it is read.</summary>
    /// <param name="content">The plain content; not disposed.</param>
    /// <returns>What to store; the caller disposes it.</returns>
    public static Stream Compress(Stream content) => new GzipSource(content);

    /// <summary>Reads the plain size from the end of what is stored.</summary>
    /// <param name="tail">The last <see cref="TrailerLength"/> bytes.</param>
    /// <returns>Size in bytes.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.MalformedAnswer"/> (<c>OBJECT_DAMAGED</c>): no such end.</exception>
    public static long ReadPlainSize(ReadOnlySpan<byte> tail) =>
        tail.Length == TrailerLength
        && tail[..SizeOffset].SequenceEqual(Trailer[..SizeOffset])
        && BinaryPrimitives.ReadInt64LittleEndian(tail[SizeOffset..]) is >= 0 and var size
            ? size
            : throw Damaged();

    /// <summary>Gives back plain content.</summary>
    /// <param name="stored">What is stored, from its first byte; disposed with the result.</param>
    /// <param name="first">First plain byte wanted; what comes before is read and dropped.</param>
    /// <param name="length">Plain bytes wanted.</param>
    /// <param name="plainSize">Size of all the plain content; whoever reads to its end has its checksum verified.</param>
    /// <returns>Exactly so many bytes; the caller disposes it.</returns>
    public static Stream Decompress(Stream stored, long first, long length, long plainSize) =>
        new GzipRange(stored, first, length, reachesEnd: first + length == plainSize);

    internal static void WriteTrailer(Stream destination, long plainSize)
    {
        Span<byte> trailer = stackalloc byte[TrailerLength];
        Trailer.CopyTo(trailer);
        BinaryPrimitives.WriteInt64LittleEndian(trailer[SizeOffset..], plainSize);
        destination.Write(trailer);
    }

    internal static ConnectorException Damaged(Exception? cause = null) =>
        new(
            ErrorKind.MalformedAnswer,
            "OBJECT_DAMAGED",
            "The stored bytes are damaged and cannot be turned back into the content.",
            innerException: cause
        );
}
