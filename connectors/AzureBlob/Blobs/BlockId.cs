using System.Buffers.Binary;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>Names of the blocks of one upload or copy.</summary>
internal static class BlockId
{
    /// <summary>Makes one. All ids of a blob must have the same length.</summary>
    /// <param name="upload">Racing uploads to the same blob must not mix their blocks.</param>
    /// <param name="number">Which block.</param>
    public static string Of(Guid upload, int number)
    {
        Span<byte> id = stackalloc byte[20];
        upload.TryWriteBytes(id);
        BinaryPrimitives.WriteInt32BigEndian(id[16..], number);
        return Convert.ToBase64String(id);
    }
}
