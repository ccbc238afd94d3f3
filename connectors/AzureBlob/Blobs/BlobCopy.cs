using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>
/// Copies inside the container. The service does it while the request waits, at once or block by block, and the copy becomes visible
/// when it is whole; a copy in the service's background would show an empty blob until it is done.
/// </summary>
internal sealed class BlobCopy(AzureBlobOptions options, TimeProvider time)
{
    private const int MostAtOnce = 4;

    /// <summary>Longer than any copy takes. The address goes to the service itself only.</summary>
    private static readonly TimeSpan Readable = TimeSpan.FromDays(1);

    /// <summary>Copies.</summary>
    /// <param name="source">What to copy.</param>
    /// <param name="found">Its description: exactly that content is copied.</param>
    /// <param name="target">Where to; replaced if it exists.</param>
    /// <param name="cancellationToken">Ends the copy; nothing becomes visible.</param>
    /// <returns>What the service tells of the copy.</returns>
    public async Task<StoredBlob> RunAsync(
        BlockBlobClient source,
        BlobProperties found,
        BlockBlobClient target,
        CancellationToken cancellationToken
    )
    {
        // An account key does not travel with the source, so its address is signed; a signature is in the address already.
        var address = source.CanGenerateSasUri
            ? source.GenerateSasUri(BlobSasPermissions.Read, time.GetUtcNow() + Readable)
            : source.Uri;
        if (found.ContentLength > options.LargestSingleCopy)
        {
            return await CopyBlocksAsync(address, found, target, cancellationToken);
        }

        BlobCopyInfo copied = await target.SyncCopyFromUriAsync(
            address,
            new BlobCopyFromUriOptions { SourceConditions = new BlobRequestConditions { IfMatch = found.ETag } },
            cancellationToken
        );
        return new StoredBlob(copied.ETag, copied.LastModified, copied.VersionId);
    }

    private async Task<StoredBlob> CopyBlocksAsync(
        Uri address,
        BlobProperties found,
        BlockBlobClient target,
        CancellationToken cancellationToken
    )
    {
        var size = Math.Max(options.CopiedBlockSize, (found.ContentLength / BlobUpload.MostBlocks) + 1);
        var upload = Guid.NewGuid();
        var blocks = new string[(int)((found.ContentLength + size - 1) / size)];
        var limits = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = MostAtOnce };
        await Parallel.ForAsync(
            0,
            blocks.Length,
            limits,
            async (index, stop) =>
            {
                blocks[index] = BlockId.Of(upload, index);
                await target.StageBlockFromUriAsync(
                    address,
                    blocks[index],
                    new StageBlockFromUriOptions
                    {
                        SourceRange = new HttpRange(index * size, Math.Min(size, found.ContentLength - (index * size))),
                        // Blocks of two contents must not become one object.
                        SourceConditions = new RequestConditions { IfMatch = found.ETag },
                    },
                    stop
                );
            }
        );
        BlobContentInfo stored = await target.CommitBlockListAsync(
            blocks,
            new CommitBlockListOptions
            {
                HttpHeaders = new BlobHttpHeaders
                {
                    CacheControl = found.CacheControl,
                    ContentDisposition = found.ContentDisposition,
                    ContentEncoding = found.ContentEncoding,
                    ContentHash = found.ContentHash,
                    ContentLanguage = found.ContentLanguage,
                    ContentType = found.ContentType,
                },
                Metadata = found.Metadata,
            },
            cancellationToken
        );
        return new StoredBlob(stored.ETag, stored.LastModified, stored.VersionId);
    }
}
