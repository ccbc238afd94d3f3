using Google.Protobuf;

namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>Cuts a stream into pieces that fill one message each.</summary>
internal static class UploadChunk
{
    /// <summary>Stays off the large object heap.</summary>
    public const int Size = 64 * 1024;

    /// <summary>The next full piece, a shorter last one, or an empty one at the end.</summary>
    public static async ValueTask<ByteString> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(Size);
        var length = await source.ReadAtLeastAsync(buffer, Size, throwOnEndOfStream: false, cancellationToken);
        return UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, length));
    }
}
