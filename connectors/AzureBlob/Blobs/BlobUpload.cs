using System.Buffers;
using System.Buffers.Binary;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Yyc3.Connectors.AzureBlob.Metadata;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>
/// Stores content: what fits one block in one request, anything larger block by block and committed at the end, so that
/// nothing half-written is ever visible. Blocks that are never committed are dropped by the service.
/// </summary>
internal static class BlobUpload
{
    private const int MostBlocks = 50_000;
    private const int FirstBuffer = 128 * 1024;

    /// <summary>Uploads.</summary>
    /// <returns>What the service answered, and the plain size.</returns>
    public static async Task<(BlobContentInfo Blob, long Size)> RunAsync(
        BlockBlobClient blob,
        Stream content,
        PutOptions options,
        int blockSize,
        CancellationToken cancellationToken
    )
    {
        await using var announced = new AnnouncedStream(content, options.ContentLength);
        await using var compressed = options.Compress ? GzipObject.Compress(announced) : null;
        var source = compressed ?? announced;
        var target = new Target(
            new BlobHttpHeaders { ContentType = options.ContentType },
            BlobMetadata.Write(options.Metadata, options.Compress, options.ContentLength),
            options.CreateOnly ? new BlobRequestConditions { IfNoneMatch = ETag.All } : null,
            options.Encrypt
        );
        var size = BlockSize(blockSize, options);
        var (buffer, count) = await ReadFirstAsync(source, size, cancellationToken);
        try
        {
            var stored =
                count < size
                    ? await PutAsync(blob, buffer.AsMemory(0, count), target, cancellationToken)
                    : await PutBlocksAsync(blob, source, buffer, size, target, cancellationToken);
            return (stored, announced.Count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A known length must fit the most blocks that a blob may have.</summary>
    private static int BlockSize(int blockSize, PutOptions options) =>
        (int)Math.Max(blockSize, ((options.ContentLength ?? 0) / MostBlocks) + 1);

    /// <summary>Reads up to one block into a buffer that grows with what comes: small uploads hold little memory.</summary>
    private static async Task<(byte[] Buffer, int Count)> ReadFirstAsync(
        Stream source,
        int size,
        CancellationToken cancellationToken
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBuffer, size));
        var count = 0;
        try
        {
            while (true)
            {
                var room = Math.Min(buffer.Length, size);
                var read = await source.ReadAtLeastAsync(
                    buffer.AsMemory(count, room - count),
                    room - count,
                    throwOnEndOfStream: false,
                    cancellationToken
                );
                count += read;
                if (count < room || count == size)
                {
                    return (buffer, count);
                }

                var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(size, buffer.Length * 4L));
                buffer.AsSpan(0, count).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static async Task<BlobContentInfo> PutAsync(
        BlockBlobClient blob,
        ReadOnlyMemory<byte> content,
        Target target,
        CancellationToken cancellationToken
    )
    {
        using var body = BinaryData.FromBytes(content).ToStream();
        var answer = await blob.UploadAsync(
            body,
            new BlobUploadOptions
            {
                HttpHeaders = target.Headers,
                Metadata = target.Metadata,
                Conditions = target.Conditions,
                TransferOptions = new() { InitialTransferSize = int.MaxValue, MaximumConcurrency = 1 },
            },
            cancellationToken
        );
        return Confirm(answer, target);
    }

    /// <summary>While one block is under way the next is read: two blocks in memory, never more.</summary>
    private static async Task<BlobContentInfo> PutBlocksAsync(
        BlockBlobClient blob,
        Stream source,
        byte[] first,
        int size,
        Target target,
        CancellationToken cancellationToken
    )
    {
        var second = ArrayPool<byte>.Shared.Rent(size);
        var blocks = new List<string>();
        // Racing uploads to the same blob must not mix their blocks.
        var upload = Guid.NewGuid();
        var sending = Task.CompletedTask;
        try
        {
            var (reading, other, count) = (first, second, size);
            while (count > 0)
            {
                await sending;
                blocks.Add(BlockId(upload, blocks.Count));
                sending = StageAsync(blob, blocks[^1], reading.AsMemory(0, count), cancellationToken);
                (reading, other) = (other, reading);
                count = await source.ReadAtLeastAsync(
                    reading.AsMemory(0, size),
                    size,
                    throwOnEndOfStream: false,
                    cancellationToken
                );
                if (blocks.Count == MostBlocks && count > 0)
                {
                    throw ConnectorException.Invalid("file", "is too large for its block size");
                }
            }

            await sending;
        }
        finally
        {
            // The buffers are still being sent when reading fails.
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(second);
        }

        var answer = await blob.CommitBlockListAsync(
            blocks,
            new CommitBlockListOptions
            {
                HttpHeaders = target.Headers,
                Metadata = target.Metadata,
                Conditions = target.Conditions,
            },
            cancellationToken
        );
        return Confirm(answer, target);
    }

    private static async Task StageAsync(
        BlockBlobClient blob,
        string id,
        ReadOnlyMemory<byte> block,
        CancellationToken cancellationToken
    )
    {
        using var body = BinaryData.FromBytes(block).ToStream();
        await blob.StageBlockAsync(id, body, options: null, cancellationToken);
    }

    /// <summary>All ids of a blob must have the same length.</summary>
    private static string BlockId(Guid upload, int number)
    {
        Span<byte> id = stackalloc byte[20];
        upload.TryWriteBytes(id);
        BinaryPrimitives.WriteInt32BigEndian(id[16..], number);
        return Convert.ToBase64String(id);
    }

    /// <summary>Azure encrypts everything it stores; whoever asks for it is told if an answer does not say so.</summary>
    private static BlobContentInfo Confirm(Response<BlobContentInfo> answer, Target target)
    {
        var isEncrypted =
            answer.GetRawResponse().Headers.TryGetValue("x-ms-request-server-encrypted", out var text)
            && string.Equals(text, "true", StringComparison.OrdinalIgnoreCase);
        return isEncrypted || !target.MustBeEncrypted
            ? answer.Value
            : throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "ENCRYPTION_NOT_CONFIRMED",
                "The storage service did not confirm that it encrypted the object."
            );
    }

    private sealed record Target(
        BlobHttpHeaders Headers,
        IDictionary<string, string> Metadata,
        BlobRequestConditions? Conditions,
        bool MustBeEncrypted
    );
}
