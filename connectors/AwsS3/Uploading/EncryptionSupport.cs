using System.Collections.Concurrent;
using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Client;

namespace Yyc3.Connectors.AwsS3.Uploading;

/// <summary>
/// Whether the store does encrypt. Some stores pass the wish over in silence, and would have replaced an object with an unprotected
/// one by the time their answer shows it; so before the first single request it is tried with an upload that is never completed.
/// </summary>
internal sealed class EncryptionSupport(BucketAccess bucket, UploadParts parts)
{
    private readonly ConcurrentDictionary<string, bool> _confirmed = new(StringComparer.Ordinal);

    /// <summary>Makes sure that the store encrypts as asked for.</summary>
    public async Task ConfirmAsync(string key, Encryption encryption, CancellationToken cancellationToken)
    {
        if (_confirmed.ContainsKey(encryption.Method.Value))
        {
            return;
        }

        var request = new InitiateMultipartUploadRequest
        {
            BucketName = bucket.Name,
            Key = key,
            ServerSideEncryptionMethod = encryption.Method,
            ServerSideEncryptionKeyManagementServiceKeyId = encryption.KeyId,
        };
        var (uploadId, _) = await parts.BeginAsync(request, cancellationToken);
        await parts.AbortAsync(key, uploadId);
        _confirmed[encryption.Method.Value] = true;
    }
}
