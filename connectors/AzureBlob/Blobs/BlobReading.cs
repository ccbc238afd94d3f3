using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>Describes blobs and opens them for reading, plain or not.</summary>
internal sealed class BlobReading(ContainerClients clients)
{
    public async Task<ObjectInfo> StatAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        var blob = clients.Blob(key, versionId);
        BlobProperties found = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        var size = await SizeOfAsync(blob, found, found.ETag, cancellationToken);
        return BlobDescription.Of(key, blob.Uri, found, versionId, size);
    }

    /// <summary>Size of a blob as its reader gets it.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="found">Its description.</param>
    /// <param name="tag">Its tag: the end of another content would tell nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async ValueTask<long> SizeOfAsync(
        BlockBlobClient blob,
        BlobProperties found,
        ETag tag,
        CancellationToken cancellationToken
    ) =>
        BlobMetadata.IsCompressed(found.Metadata)
            ? BlobMetadata.ReadPlainSize(found.Metadata)
                ?? await ReadPlainSizeAsync(blob, tag, found.ContentLength, cancellationToken)
            : found.ContentLength;

    public async Task<ObjectContent> OpenAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        var blob = clients.Blob(key, options.VersionId);
        if (options.Range is { } range)
        {
            return await OpenAsync(blob, key, options.VersionId, range, cancellationToken);
        }

        BlobDownloadStreamingResult opened = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken);
        try
        {
            var (details, stored) = (opened.Details, new ProviderStream(opened.Content, Translate));
            if (!BlobMetadata.IsCompressed(details.Metadata))
            {
                var info = BlobDescription.Of(key, blob.Uri, details, options.VersionId, details.ContentLength);
                return new ObjectContent(info, stored, 0, info.Size);
            }

            var size =
                BlobMetadata.ReadPlainSize(details.Metadata)
                ?? await ReadPlainSizeAsync(blob, details.ETag, details.ContentLength, cancellationToken);
            return new ObjectContent(
                BlobDescription.Of(key, blob.Uri, details, options.VersionId, size),
                GzipObject.Decompress(stored, 0, size, size),
                0,
                size
            );
        }
        catch
        {
            await opened.Content.DisposeAsync();
            throw;
        }
    }

    /// <summary>Azure knows no range from the end, and none inside compressed content: the description is needed first.</summary>
    private static async Task<ObjectContent> OpenAsync(
        BlockBlobClient blob,
        string key,
        string? versionId,
        ByteRange range,
        CancellationToken cancellationToken
    )
    {
        BlobProperties found = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        var isCompressed = BlobMetadata.IsCompressed(found.Metadata);
        var size = await SizeOfAsync(blob, found, found.ETag, cancellationToken);
        var (first, length) = range.Resolve(size);
        var opened = await blob.DownloadStreamingAsync(
            new BlobDownloadOptions
            {
                Range = isCompressed ? default : new HttpRange(first, length),
                Conditions = new BlobRequestConditions { IfMatch = found.ETag },
            },
            cancellationToken
        );
        var stored = new ProviderStream(opened.Value.Content, Translate);
        return new ObjectContent(
            BlobDescription.Of(key, blob.Uri, found, versionId, size),
            isCompressed ? GzipObject.Decompress(stored, first, length, size) : stored,
            first,
            length
        );
    }

    private static ConnectorException? Translate(Exception exception) => AzureBlobErrors.Translate(exception);

    private static async Task<long> ReadPlainSizeAsync(
        BlockBlobClient blob,
        ETag tag,
        long storedSize,
        CancellationToken cancellationToken
    )
    {
        var start = Math.Max(0, storedSize - GzipObject.TrailerLength);
        var tail = await blob.DownloadContentAsync(
            new BlobDownloadOptions
            {
                Range = new HttpRange(start, GzipObject.TrailerLength),
                Conditions = new BlobRequestConditions { IfMatch = tag },
            },
            cancellationToken
        );
        return GzipObject.ReadPlainSize(tail.Value.Content);
    }
}
