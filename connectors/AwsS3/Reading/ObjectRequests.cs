using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.AwsS3.Faults;
using Yyc3.Connectors.AwsS3.Objects;
using Yyc3.Connectors.Sdk;
using ByteRange = Yyc3.Connectors.Sdk.Storage.ByteRange;

namespace Yyc3.Connectors.AwsS3.Reading;

/// <summary>The requests that describe and read an object as it lies in the bucket.</summary>
internal sealed class ObjectRequests(BucketAccess bucket)
{
    /// <summary>Describes an object.</summary>
    /// <param name="stored">Its key in the bucket.</param>
    /// <param name="versionId">Which version; null for the newest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<StoredObject> FindAsync(string stored, string? versionId, CancellationToken cancellationToken) =>
        StoredObject.From(stored, await HeadAsync(stored, versionId, cancellationToken));

    /// <summary>Asks for everything the store tells about an object.</summary>
    public Task<GetObjectMetadataResponse> HeadAsync(
        string stored,
        string? versionId,
        CancellationToken cancellationToken
    )
    {
        var request = new GetObjectMetadataRequest
        {
            BucketName = bucket.Name,
            Key = stored,
            VersionId = versionId,
        };
        return bucket.CallAsync(
            (client, token) => client.GetObjectMetadataAsync(request, token),
            cancellationToken,
            versionId
        );
    }

    /// <summary>Opens an object's content, or a part of it.</summary>
    public Task<GetObjectResponse> OpenAsync(
        string stored,
        string? versionId,
        ByteRange? range,
        CancellationToken cancellationToken
    )
    {
        var request = Request(stored, versionId, range);
        return bucket.CallAsync((client, token) => client.GetObjectAsync(request, token), cancellationToken, versionId);
    }

    /// <summary>Opens the content of exactly the object that was described before.</summary>
    public async Task<GetObjectResponse> OpenAsync(
        StoredObject found,
        ByteRange? range,
        CancellationToken cancellationToken
    )
    {
        var request = Request(found.Key, found.VersionId, range);
        request.EtagToMatch = $"\"{found.ETag}\"";
        try
        {
            return await bucket.CallAsync(
                (client, token) => client.GetObjectAsync(request, token),
                cancellationToken,
                found.VersionId
            );
        }
        catch (ConnectorException error)
            when (error.Code == AwsS3Errors.ConditionFailed || error.Kind == ErrorKind.NotFound)
        {
            throw AwsS3Errors.ObjectChanging(error);
        }
    }

    private GetObjectRequest Request(string stored, string? versionId, ByteRange? range) =>
        new()
        {
            BucketName = bucket.Name,
            Key = stored,
            VersionId = versionId,
            ByteRange = range switch
            {
                null => null,
                { SuffixLength: { } suffix } => new(FormattableString.Invariant($"bytes=-{suffix}")),
                { } part => new(FormattableString.Invariant($"bytes={part.First}-{part.Last}")),
            },
        };
}
