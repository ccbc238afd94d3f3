using Amazon.S3.Model;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>
/// Creating, never replacing, above the size of a part. This gateway honours the condition in single requests, not when an upload in
/// parts is completed.
/// </summary>
public sealed class AwsS3CreateOnlyTests(CephStore store)
{
    private const int PartSize = 5 * 1024 * 1024;
    private const int Size = (2 * PartSize) + 3;

    private static readonly Dictionary<string, object> SmallParts = new(StringComparer.Ordinal)
    {
        ["partSize"] = PartSize,
    };

    private readonly string _key = $"create/{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_object_is_created_once()
    {
        using var connector = await store.OpenAsync(more: SmallParts);
        using var source = new PatternStream(Size);
        var stored = await connector.PutAsync(_key, source, Options(Size), Token);
        using var again = new PatternStream(Size);
        await StoreExtensions.FailsAsync(
            ErrorKind.PreconditionFailed,
            "OBJECT_EXISTS",
            async () => await connector.PutAsync(_key, again, Options(Size), Token)
        );

        Assert.Equal(stored.ETag, (await connector.StatAsync(_key, versionId: null, Token)).ETag);
    }

    [Fact]
    public async Task Of_racing_large_creators_one_wins()
    {
        using var connector = await store.OpenAsync(more: SmallParts);
        var wins = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TryAsync()));

        Assert.Single(wins, isWinner => isWinner);

        async Task<bool> TryAsync()
        {
            using var source = new PatternStream(Size);
            try
            {
                await connector.PutAsync(_key, source, Options(Size), Token);
                return true;
            }
            catch (ConnectorException error) when (error.Kind is ErrorKind.PreconditionFailed or ErrorKind.Conflict)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Without_a_length_a_large_object_is_refused_rather_than_created_unsafely()
    {
        var bucket = await store.NewBucketAsync();
        using var connector = await store.OpenAsync(bucket, SmallParts);
        using var source = new PatternStream(Size);
        await StoreExtensions.FailsAsync(
            ErrorKind.PreconditionFailed,
            "CREATE_ONLY_NEEDS_LENGTH",
            async () => await connector.PutAsync(_key, source, Options(length: null), Token)
        );

        var client = await store.ClientAsync();
        Assert.Empty((await client.ListMultipartUploadsAsync(bucket, Token)).MultipartUploads ?? []);
    }

    [Fact]
    public async Task A_store_that_honours_it_gets_the_condition_when_the_parts_are_completed()
    {
        var network = new RecordingNetwork();
        var settings = new Dictionary<string, object>(SmallParts, StringComparer.Ordinal)
        {
            ["conditionalMultipart"] = true,
        };
        using var connector = await store.OpenAsync(more: settings, change: network.Watch);
        using var source = new PatternStream(Size);
        await connector.PutAsync(_key, source, Options(length: null), Token);

        var completion = Assert.Single(
            network.Sent,
            sent => sent.Method == "POST" && sent.Address.Query.Contains("uploadId", StringComparison.Ordinal)
        );
        Assert.Equal("*", completion["If-None-Match"]);
    }

    [Fact]
    public async Task This_gateway_still_ignores_the_condition_when_parts_are_completed()
    {
        // When this fails, the gateway has learned it and the default of conditionalMultipart can be thought over.
        var client = await store.ClientAsync();
        using var connector = await store.OpenAsync();
        await connector.PutTextAsync(_key, "old");
        var upload = await client.InitiateMultipartUploadAsync(CephStore.Bucket, _key, Token);
        var part = await client.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = CephStore.Bucket,
                Key = _key,
                UploadId = upload.UploadId,
                PartNumber = 1,
                InputStream = new MemoryStream("new"u8.ToArray()),
                UseChunkEncoding = false,
            },
            Token
        );
        await client.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest
            {
                BucketName = CephStore.Bucket,
                Key = _key,
                UploadId = upload.UploadId,
                PartETags = [new PartETag(1, part.ETag)],
                IfNoneMatch = "*",
            },
            Token
        );

        Assert.Equal("new", await connector.ReadTextAsync(_key));
    }

    private static PutOptions Options(long? length) => new() { ContentLength = length, CreateOnly = true };
}
