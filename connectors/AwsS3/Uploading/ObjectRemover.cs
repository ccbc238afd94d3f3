using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.AwsS3.Reading;

namespace Yyc3.Connectors.AwsS3.Uploading;

/// <summary>Deletes objects.</summary>
internal sealed class ObjectRemover(BucketAccess bucket, ObjectRequests requests)
{
    public async Task DeleteAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        var stored = bucket.Keys.ToStored(key);
        // S3 deletes what is not there without a word.
        await requests.HeadAsync(stored, versionId, cancellationToken);
        await RemoveAsync(stored, versionId, cancellationToken);
    }

    /// <summary>Deletes by the key in the bucket.</summary>
    public Task RemoveAsync(string stored, string? versionId, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectRequest
        {
            BucketName = bucket.Name,
            Key = stored,
            VersionId = versionId,
        };
        return bucket.CallAsync(
            (client, token) => client.DeleteObjectAsync(request, token),
            cancellationToken,
            versionId
        );
    }
}
