using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.AwsS3.Faults;
using Yyc3.Connectors.AwsS3.Objects;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsS3.Uploading;

/// <summary>The requests of an upload in parts.</summary>
internal sealed partial class UploadParts(BucketAccess bucket, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestAbort = TimeSpan.FromSeconds(15);

    /// <summary>CRC32 must be agreed on at the beginning, or the store refuses the parts that carry it.</summary>
    private ChecksumAlgorithm? Checksum => bucket.Options.AlwaysChecksum ? ChecksumAlgorithm.CRC32 : null;

    /// <summary>Begins an upload.</summary>
    /// <returns>Its id, and when the store began it.</returns>
    public Task<(string Id, DateTimeOffset Begun)> BeginAsync(ObjectDraft draft, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = bucket.Name,
            Key = draft.Key,
            ChecksumAlgorithm = Checksum,
        };
        draft.WriteTo(request);
        return BeginAsync(request, cancellationToken);
    }

    /// <summary>Begins an upload, if the store encrypts as the request asks for.</summary>
    /// <returns>Its id, and when the store began it.</returns>
    public async Task<(string Id, DateTimeOffset Begun)> BeginAsync(
        InitiateMultipartUploadRequest request,
        CancellationToken cancellationToken
    )
    {
        var answered = bucket.Answered.Watch(request);
        var upload = await bucket.CallAsync(
            (client, token) => client.InitiateMultipartUploadAsync(request, token),
            cancellationToken
        );
        if (Encryption.IsConfirmed(request.ServerSideEncryptionMethod, upload.ServerSideEncryptionMethod))
        {
            return (upload.UploadId, AnswerTimes.Of(answered, time));
        }

        await AbortAsync(request.Key, upload.UploadId);
        throw AwsS3Errors.EncryptionNotConfirmed();
    }

    /// <summary>Sends a part.</summary>
    public async Task<PartETag> SendAsync(
        string key,
        string uploadId,
        int number,
        PartBuffer part,
        CancellationToken cancellationToken
    )
    {
        await using var content = part.Open();
        var request = new UploadPartRequest
        {
            BucketName = bucket.Name,
            Key = key,
            UploadId = uploadId,
            PartNumber = number,
            InputStream = content,
            PartSize = part.Length,
            ChecksumAlgorithm = Checksum,
            UseChunkEncoding = bucket.Options.ChunkedEncoding,
        };
        var sent = await bucket.CallAsync((client, token) => client.UploadPartAsync(request, token), cancellationToken);
        // With its checksum, which the completion must repeat.
        return new PartETag(sent, copyChecksums: true) { PartNumber = number };
    }

    /// <summary>Makes the parts one object, visible at once.</summary>
    /// <returns>Tag of the object, empty when the store does not tell; and id of its version, null when it keeps none.</returns>
    public async Task<(string ETag, string? VersionId)> CompleteAsync(
        string key,
        string uploadId,
        IReadOnlyList<PartETag> parts,
        string? ifNoneMatch,
        CancellationToken cancellationToken
    )
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = bucket.Name,
            Key = key,
            UploadId = uploadId,
            PartETags = [.. parts],
            IfNoneMatch = ifNoneMatch,
        };
        var stored = await bucket.CallAsync(
            (client, token) => client.CompleteMultipartUploadAsync(request, token),
            cancellationToken
        );
        return (StoredObject.Tag(stored.ETag), stored.VersionId);
    }

    /// <summary>
    /// Removes what an upload has sent so far. Nobody waits for it longer than a while, and its failure does not hide the one that
    /// led here; the store's own rule for unfinished uploads takes what remains.
    /// </summary>
    public async Task AbortAsync(string key, string uploadId)
    {
        using var limit = new CancellationTokenSource(LongestAbort, time);
        var request = new AbortMultipartUploadRequest
        {
            BucketName = bucket.Name,
            Key = key,
            UploadId = uploadId,
        };
        try
        {
            await bucket.CallAsync((client, token) => client.AbortMultipartUploadAsync(request, token), limit.Token);
        }
        catch (ConnectorException fault) when (fault.Code == AwsS3Errors.UploadEnded)
        {
            // It was completed after all, and the answer was lost.
        }
        catch (Exception fault)
        {
            LogAbortFailed(logger, fault);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "An unfinished upload could not be removed from the bucket; its parts cost space until the store removes them."
    )]
    private static partial void LogAbortFailed(ILogger logger, Exception fault);
}
