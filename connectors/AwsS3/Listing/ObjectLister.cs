using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.AwsS3.Objects;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AwsS3.Listing;

/// <summary>Lists objects and versions.</summary>
internal sealed class ObjectLister(BucketAccess bucket)
{
    private const int MostKeys = 1000;

    public async Task<ObjectPage> ListAsync(ListOptions options, CancellationToken cancellationToken)
    {
        if (options.Limit is < 1 or > MostKeys)
        {
            throw ConnectorException.Invalid("limit", "must be from 1 to 1000");
        }

        var request = new ListObjectsV2Request
        {
            BucketName = bucket.Name,
            Prefix = bucket.Keys.ToStoredFolder(options.Prefix),
            Delimiter = options.Recursive ? null : "/",
            StartAfter = ListCursor.Read(options, bucket.Name) is { } after ? bucket.Keys.Prefix + after : null,
            // One more than asked for tells whether there is another page.
            MaxKeys = Math.Min(options.Limit + 1, MostKeys),
        };
        var found = new List<ObjectInfo>();
        while (true)
        {
            var answer = await bucket.CallAsync(
                (client, token) => client.ListObjectsV2Async(request, token),
                cancellationToken
            );
            foreach (var info in answer.S3Objects?.Select(Describe).OfType<ObjectInfo>() ?? [])
            {
                if (found.Count == options.Limit)
                {
                    return new ObjectPage(found, ListCursor.Write(options, bucket.Name, found[^1].Key));
                }

                found.Add(info);
            }

            if (answer.IsTruncated != true)
            {
                return new ObjectPage(found, NextCursor: null);
            }

            // Folders count at the store, but are no objects here.
            request.ContinuationToken = answer.NextContinuationToken;
            request.MaxKeys = MostKeys;
        }
    }

    public async Task<IReadOnlyList<ObjectInfo>> ListVersionsAsync(string key, CancellationToken cancellationToken)
    {
        var stored = bucket.Keys.ToStored(key);
        var request = new ListVersionsRequest
        {
            BucketName = bucket.Name,
            Prefix = stored,
            MaxKeys = MostKeys,
        };
        var found = new List<ObjectInfo>();
        while (true)
        {
            var answer = await bucket.CallAsync(
                (client, token) => client.ListVersionsAsync(request, token),
                cancellationToken
            );
            var own = (answer.Versions ?? []).TakeWhile(version => version.Key == stored).ToList();
            found.AddRange(own.Where(version => version.IsDeleteMarker != true).Select(Describe).OfType<ObjectInfo>());
            // The key itself comes first, then those that only begin like it.
            if (answer.IsTruncated != true || own.Count < answer.Versions?.Count)
            {
                return found;
            }

            request.KeyMarker = answer.NextKeyMarker;
            request.VersionIdMarker = answer.NextVersionIdMarker;
        }
    }

    /// <summary>Asks for one object at most, to see whether the bucket answers.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = bucket.Name,
            Prefix = bucket.Keys.Prefix,
            MaxKeys = 1,
        };
        return bucket.CallAsync((client, token) => client.ListObjectsV2Async(request, token), cancellationToken);
    }

    /// <summary>Describes an entry, unless it is nothing that a caller could ask for.</summary>
    private ObjectInfo? Describe(S3Object entry) =>
        bucket.Keys.FromStored(entry.Key) is null ? null
        : StoredObject.From(entry) is var stored ? bucket.Describe(stored, stored.StoredSize)
        : null;
}
