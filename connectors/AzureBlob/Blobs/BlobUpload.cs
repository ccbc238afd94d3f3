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
    /// <summary>So many blocks of what fits into one piece of memory.</summary>
    public const long LargestObject = 95L * 1024 * 1024 * 1024 * 1024;

    public const int MostBlocks = 50_000;

    /// <summary>Uploads.</summary>
    /// <returns>What the service answered.</returns>
    public static async Task<BlobContentInfo> RunAsync(
        BlockBlobClient blob,
        AnnouncedStream content,
        PutOptions options,
        int blockSize,
        CancellationToken cancellationToken
    )
    {
        await using var compressed = options.Compress ? GzipObject.Compress(content) : null;
        var source = compressed ?? content;
        var target = new UploadTarget(
            new BlobHttpHeaders
            {
                ContentType = options.ContentType,
                // For those who come by a link or with another tool.
                ContentEncoding = options.Compress ? "gzip" : null,
            },
            BlobMetadata.Write(options.Metadata, options.Compress, options.ContentLength),
            options.CreateOnly ? new BlobRequestConditions { IfNoneMatch = ETag.All } : null,
            options.Encrypt
        );
        var size = BlockSize(blockSize, options.ContentLength ?? 0);
        using var first = await UploadBlock.ReadFirstAsync(source, size, cancellationToken);
        return first.IsFull
            ? await PutBlocksAsync(blob, source, first, target, cancellationToken)
            : await PutAsync(blob, first.Content, target, cancellationToken);
    }

    /// <summary>A known length must fit the most blocks that a blob may have; content that does not compress grows a little.</summary>
    private static int BlockSize(int blockSize, long length) =>
        (int)Math.Max(blockSize, ((length + (length / 1000)) / MostBlocks) + 1);

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

    private static async Task<BlobContentInfo> PutBlocksAsync(
        BlockBlobClient blob,
        Stream source,
        UploadBlock first,
        UploadTarget target,
        CancellationToken cancellationToken
    )
    {
        var blocks = new List<string>();
        var upload = Guid.NewGuid();
        await UploadBlocks.SendAsync(
            source,
            first,
            async (block, _, stop) =>
            {
                if (block.IsEmpty)
                {
                    return;
                }

                if (blocks.Count == MostBlocks)
                {
                    throw ConnectorException.Invalid("file", "is too large for its block size");
                }

                blocks.Add(BlockId.Of(upload, blocks.Count));
                await StageAsync(blob, blocks[^1], block, stop);
            },
            cancellationToken
        );
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
