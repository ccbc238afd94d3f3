using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.AwsS3.Uploading;

namespace Yyc3.Connectors.AwsS3.Copying;

/// <summary>Copies an object part by part, for those that the store does not copy at once.</summary>
internal sealed class PartCopier(BucketAccess bucket, UploadParts parts)
{
    /// <summary>Copies everything, or leaves nothing.</summary>
    /// <returns>Id of the new version; null when the store keeps none or does not tell.</returns>
    public async Task<string?> CopyAsync(
        string from,
        string to,
        GetObjectMetadataResponse head,
        CancellationToken cancellationToken
    )
    {
        var begin = new InitiateMultipartUploadRequest
        {
            BucketName = bucket.Name,
            Key = to,
            ContentType = head.Headers.ContentType,
            ServerSideEncryptionMethod = head.ServerSideEncryptionMethod,
            ServerSideEncryptionKeyManagementServiceKeyId = head.ServerSideEncryptionKeyManagementServiceKeyId,
        };
        CopiedHeaders.Write(head, begin.Headers, begin.Metadata);
        var (uploadId, _) = await parts.BeginAsync(begin, cancellationToken);
        try
        {
            var copied =
                head.ContentLength > 0
                    ? await CopyPartsAsync(from, to, uploadId, head, cancellationToken)
                    : await SendNothingAsync(to, uploadId, cancellationToken);
            var (_, versionId) = await parts.CompleteAsync(to, uploadId, copied, ifNoneMatch: null, cancellationToken);
            return versionId;
        }
        catch
        {
            await parts.AbortAsync(to, uploadId);
            throw;
        }
    }

    /// <summary>Of nothing no range can be copied, but an empty part can be sent.</summary>
    private async Task<PartETag[]> SendNothingAsync(string to, string uploadId, CancellationToken cancellationToken)
    {
        using var nothing = new PartBuffer([], 0);
        return [await parts.SendAsync(to, uploadId, number: 1, nothing, cancellationToken)];
    }

    private async Task<PartETag[]> CopyPartsAsync(
        string from,
        string to,
        string uploadId,
        GetObjectMetadataResponse head,
        CancellationToken cancellationToken
    )
    {
        var size = Math.Max(bucket.Options.SmallestCopiedPart, (head.ContentLength / PartedUpload.MostParts) + 1);
        var copied = new PartETag[(int)((head.ContentLength + size - 1) / size)];
        var limits = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = bucket.Options.MaxConcurrency,
        };
        await Parallel.ForAsync(
            0,
            copied.Length,
            limits,
            async (index, stop) =>
            {
                var request = new CopyPartRequest
                {
                    SourceBucket = bucket.Name,
                    SourceKey = from,
                    SourceVersionId = head.VersionId,
                    // Parts of two contents must not become one object.
                    ETagToMatch = [head.ETag],
                    DestinationBucket = bucket.Name,
                    DestinationKey = to,
                    UploadId = uploadId,
                    PartNumber = index + 1,
                    FirstByte = index * size,
                    LastByte = Math.Min((index + 1) * size, head.ContentLength) - 1,
                };
                var part = await bucket.CallAsync((client, token) => client.CopyPartAsync(request, token), stop);
                copied[index] = new PartETag(index + 1, part.ETag);
            }
        );
        return copied;
    }
}
