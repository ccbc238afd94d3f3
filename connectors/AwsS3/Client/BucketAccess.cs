using Amazon.S3;
using Yyc3.Connectors.AwsS3.Faults;
using Yyc3.Connectors.AwsS3.Objects;
using Yyc3.Connectors.AwsS3.Settings;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AwsS3.Client;

/// <summary>The bucket of one integration: how to reach it, what its keys are, and what its errors mean.</summary>
internal sealed class BucketAccess
{
    private readonly AmazonS3Client _client;

    public BucketAccess(AmazonS3Client client, AwsS3Options options)
    {
        _client = client;
        Options = options;
        Keys = new ObjectKeys(options.Prefix);
        Address = new ObjectAddress(options);
        client.AfterResponseEvent += (_, answer) => Answered.Note(answer);
    }

    public AwsS3Options Options { get; }

    public string Name => Options.Bucket;

    public ObjectKeys Keys { get; }

    public ObjectAddress Address { get; }

    public AnswerTimes Answered { get; } = new();

    /// <summary>What callers see of an object.</summary>
    /// <param name="found">The object.</param>
    /// <param name="size">Size as a reader gets it.</param>
    public ObjectInfo Describe(StoredObject found, long size) =>
        new()
        {
            Key = Keys.FromStored(found.Key) ?? found.Key,
            Size = size,
            ContentType = found.ContentType,
            ETag = found.ETag,
            LastModified = found.LastModified,
            VersionId = found.VersionId,
            Metadata = found.Metadata,
            Url = Address.Of(found.Key),
        };

    /// <summary>Makes one request.</summary>
    /// <param name="call">The request.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="versionId">The version it asks for, if it does.</param>
    public async Task<T> CallAsync<T>(
        Func<IAmazonS3, CancellationToken, Task<T>> call,
        CancellationToken cancellationToken,
        string? versionId = null
    )
    {
        try
        {
            return await call(_client, cancellationToken);
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw AwsS3Errors.Translate(error, versionId);
        }
    }
}
