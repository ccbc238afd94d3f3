using System.Buffers.Binary;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
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
        var target = new UploadTarget(
            new BlobHttpHeaders { ContentType = options.ContentType },
            BlobMetadata.Write(options.Metadata, options.Compress, options.ContentLength),
            options.CreateOnly ? new BlobRequestConditions { IfNoneMatch = ETag.All } : null,
            options.Encrypt
        );
        var size = BlockSize(blockSize, options);
        using var first = await UploadBlock.ReadFirstAsync(source, size, cancellationToken);
        var stored = first.IsFull
            ? await PutBlocksAsync(blob, source, first, size, target, cancellationToken)
            : await PutAsync(blob, first.Content, target, cancellationToken);
        return (stored, announced.Count);
    }

    /// <summary>A known length must fit the most blocks that a blob may have.</summary>
    private static int BlockSize(int blockSize, PutOptions options) =>
        (int)Math.Max(blockSize, ((options.ContentLength ?? 0) / MostBlocks) + 1);

    private static async Task<BlobContentInfo> PutAsync(
        BlockBlobClient blob,
        ReadOnlyMemory<byte> content,
        UploadTarget target,
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
        UploadBlock first,
        int size,
        UploadTarget target,
        CancellationToken cancellationToken
    )
    {
        using var second = UploadBlock.Rent(size);
        var blocks = new List<string>();
        // Racing uploads to the same blob must not mix their blocks.
        var upload = Guid.NewGuid();
        var sending = Task.CompletedTask;
        try
        {
            var (block, next) = (first, second);
            while (block.Content.Length > 0)
            {
                await sending;
                blocks.Add(BlockId(upload, blocks.Count));
                sending = StageAsync(blob, blocks[^1], block.Content, cancellationToken);
                (block, next) = (next, block);
                await block.ReadAsync(source, cancellationToken);
                if (blocks.Count == MostBlocks && block.Content.Length > 0)
                {
                    throw ConnectorException.Invalid("file", "is too large for its block size");
                }
            }

            await sending;
        }
        finally
        {
            // The blocks are still being sent when reading fails.
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
    private static BlobContentInfo Confirm(Response<BlobContentInfo> answer, UploadTarget target)
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

    private sealed record UploadTarget(
        BlobHttpHeaders Headers,
        IDictionary<string, string> Metadata,
        BlobRequestConditions? Conditions,
        bool MustBeEncrypted
    );
}
