using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.AwsS3.Faults;
using Yyc3.Connectors.AwsS3.Reading;
using Yyc3.Connectors.AwsS3.Uploading;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AwsS3.Copying;

/// <summary>Copies objects inside the bucket; their bytes never pass through the host.</summary>
internal sealed class ObjectCopier(
    BucketAccess bucket,
    ObjectRequests requests,
    ObjectReader reader,
    TimeProvider time,
    ILogger logger
)
{
    private readonly PartCopier _parts = new(bucket, new UploadParts(bucket, time, logger));

    public async Task<ObjectInfo> CopyAsync(string source, string destination, CancellationToken cancellationToken)
    {
        var from = bucket.Keys.ToStored(source, "source");
        var to = bucket.Keys.ToStored(destination, "destination");
        var head = await requests.HeadAsync(from, versionId: null, cancellationToken);
        try
        {
            var versionId =
                head.ContentLength > bucket.Options.LargestSingleCopy
                    ? await _parts.CopyAsync(from, to, head, cancellationToken)
                    : await CopyAtOnceAsync(from, to, head, cancellationToken);
            return await reader.StatAsync(destination, versionId, cancellationToken);
        }
        catch (ConnectorException error)
            when (error.Kind == ErrorKind.NotFound || error.Code == AwsS3Errors.ConditionFailed)
        {
            throw AwsS3Errors.ObjectChanging(error);
        }
    }

    private async Task<string?> CopyAtOnceAsync(
        string from,
        string to,
        GetObjectMetadataResponse head,
        CancellationToken cancellationToken
    )
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = bucket.Name,
            SourceKey = from,
            SourceVersionId = head.VersionId,
            ETagToMatch = head.ETag,
            DestinationBucket = bucket.Name,
            DestinationKey = to,
            ServerSideEncryptionMethod = head.ServerSideEncryptionMethod,
            ServerSideEncryptionKeyManagementServiceKeyId = head.ServerSideEncryptionKeyManagementServiceKeyId,
        };
        if (from == to)
        {
            // S3 copies an object onto itself only when something about it changes.
            request.MetadataDirective = S3MetadataDirective.REPLACE;
            request.ContentType = head.Headers.ContentType;
            CopiedHeaders.Write(head, request.Headers, request.Metadata);
        }

        try
        {
            var copied = await bucket.CallAsync(
                (client, token) => client.CopyObjectAsync(request, token),
                cancellationToken
            );
            return copied.VersionId;
        }
        catch (ConnectorException error) when (error.Code == AwsS3Errors.NotSupported)
        {
            // Ceph copies no encrypted object at once, but its parts.
            return await _parts.CopyAsync(from, to, head, cancellationToken);
        }
    }
}
