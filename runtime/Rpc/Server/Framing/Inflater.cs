using System.Buffers;
using System.IO.Compression;

namespace Yyc3.Connectors.Rpc.Server.Framing;

/// <summary>Decompresses one message, never past the limit: a bomb costs no more memory than a full message.</summary>
internal static class Inflater
{
    private const int Smallest = 4096;

    /// <summary>The message in a rented array that the caller returns to the shared pool.</summary>
    public static byte[] Inflate(in ReadOnlySequence<byte> data, string encoding, int limit, out int length)
    {
        var packed = ArrayPool<byte>.Shared.Rent((int)data.Length);
        var output = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(Smallest, data.Length * 3), limit + 1L));
        try
        {
            data.CopyTo(packed);
            using var source = new MemoryStream(packed, 0, (int)data.Length, writable: false);
            using var inflating = Open(source, encoding);
            length = 0;
            for (int read; (read = inflating.Read(output, length, output.Length - length)) > 0; )
            {
                length += read;
                if (length > limit)
                {
                    throw FrameFault.InflatesTooLarge(limit);
                }
                if (length == output.Length)
                {
                    output = Grow(output, limit);
                }
            }
            return output;
        }
        catch (Exception exception)
        {
            ArrayPool<byte>.Shared.Return(output);
            throw exception is InvalidDataException ? FrameFault.BadCompression(exception) : exception;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    private static Stream Open(MemoryStream source, string encoding) =>
        encoding == GrpcEncoding.Gzip
            ? new GZipStream(source, CompressionMode.Decompress)
            : new ZLibStream(source, CompressionMode.Decompress);

    private static byte[] Grow(byte[] full, int limit)
    {
        var larger = ArrayPool<byte>.Shared.Rent(
            (int)Math.Min(full.Length * 2L, Math.Min(limit + 1L, Array.MaxLength))
        );
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
