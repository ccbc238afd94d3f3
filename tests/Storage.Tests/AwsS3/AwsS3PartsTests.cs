using System.Security.Cryptography;
using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>Uploads around and above the size of a part, and what they leave when they end early.</summary>
public sealed class AwsS3PartsTests(CephStore store)
{
    private const int PartSize = 5 * 1024 * 1024;

    private static readonly Dictionary<string, object> SmallParts = new(StringComparer.Ordinal)
    {
        ["partSize"] = PartSize,
        ["maxConcurrency"] = 2,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PartSize - 1, 0)]
    [InlineData(PartSize, 0)]
    [InlineData(PartSize + 1, 2)]
    [InlineData((2 * PartSize) - 1, 2)]
    [InlineData(2 * PartSize, 2)]
    [InlineData((2 * PartSize) + 1, 3)]
    public async Task Every_size_around_a_part_is_stored_whole(int size, int parts)
    {
        var network = new RecordingNetwork();
        using var connector = await store.OpenAsync(more: SmallParts, change: network.Watch);
        foreach (var announced in new long?[] { size, null })
        {
            var key = $"parts/{size}-{announced}";
            using var source = new PatternStream(size, piece: 100_003);
            var stored = await connector.PutAsync(key, source, new PutOptions { ContentLength = announced }, Token);
            var stat = await connector.StatAsync(key, versionId: null, Token);

            Assert.Equal((size, stat.ETag, stat.Url), (stored.Size, stored.ETag, stored.Url));
            Assert.Equal(await HashAsync(size), await HashAsync(connector, key));
        }

        var sent = network.Sent.Count(request =>
            request.Address.Query.Contains("partNumber", StringComparison.Ordinal)
        );
        Assert.Equal(2 * parts, sent);
    }

    [Fact]
    public async Task Parts_with_checksums_are_stored_whole()
    {
        var settings = new Dictionary<string, object>(SmallParts, StringComparer.Ordinal)
        {
            ["checksums"] = "when-supported",
        };
        using var connector = await store.OpenAsync(more: settings);
        const int Size = (2 * PartSize) + 1;
        using var source = new PatternStream(Size);
        await connector.PutAsync("parts/checked", source, new PutOptions(), Token);

        Assert.Equal(await HashAsync(Size), await HashAsync(connector, "parts/checked"));
    }

    [Theory]
    [InlineData((3 * PartSize) + 7, (3 * PartSize) + 6)]
    [InlineData((3 * PartSize) + 7, (3 * PartSize) + 8)]
    [InlineData(3 * PartSize, (3 * PartSize) - 1)]
    [InlineData(PartSize, PartSize + 1)]
    [InlineData(PartSize + 1, PartSize)]
    public async Task Another_length_than_announced_leaves_nothing(int size, int announced)
    {
        var bucket = await store.NewBucketAsync();
        using var connector = await store.OpenAsync(bucket, SmallParts);
        foreach (var createOnly in new[] { false, true })
        {
            using var source = new PatternStream(size);
            var options = new PutOptions { ContentLength = announced, CreateOnly = createOnly };
            var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
                await connector.PutAsync("a", source, options, Token)
            );

            Assert.Equal((ErrorKind.InvalidArgument, "file"), (error.Kind, error.Field));
            await AssertNothingLeftAsync(bucket);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_upload_is_aborted_at_the_store(bool createOnly)
    {
        var bucket = await store.NewBucketAsync();
        using var connector = await store.OpenAsync(bucket, SmallParts);
        using var cancellation = new CancellationTokenSource();
        const int Size = 8 * PartSize;
        using var source = new PatternStream(Size, atHalf: cancellation.Cancel);
        var options = new PutOptions { ContentLength = Size, CreateOnly = createOnly };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await connector.PutAsync("a", source, options, cancellation.Token)
        );
        await AssertNothingLeftAsync(bucket);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_that_breaks_is_told_as_it_broke_and_aborts(bool createOnly)
    {
        var bucket = await store.NewBucketAsync();
        using var connector = await store.OpenAsync(bucket, SmallParts);
        const int Size = 4 * PartSize;
        var broken = new IOException("The caller hung up.");
        using var source = new PatternStream(Size, atHalf: () => throw broken);
        var options = new PutOptions { ContentLength = Size, CreateOnly = createOnly };

        Assert.Same(
            broken,
            await Assert.ThrowsAsync<IOException>(async () => await connector.PutAsync("a", source, options, Token))
        );
        await AssertNothingLeftAsync(bucket);
    }

    [Fact]
    public async Task A_part_that_fails_ends_the_upload_without_waiting_for_the_source()
    {
        var network = new RecordingNetwork(request =>
            request.RequestUri!.Query.Contains("partNumber=1", StringComparison.Ordinal)
                ? MadeUpStore.Refusal(System.Net.HttpStatusCode.Forbidden, "AccessDenied")
                : null
        );
        var bucket = await store.NewBucketAsync();
        using var connector = await store.OpenAsync(bucket, SmallParts, network.Watch);
        await using var source = new StallingStream(PartSize + 1);

        await StoreExtensions.FailsAsync(
            ErrorKind.PermissionDenied,
            "ACCESS_DENIED",
            () =>
                connector
                    .PutAsync("a", source, new PutOptions(), Token)
                    .AsTask()
                    .WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token)
        );
        await AssertNothingLeftAsync(bucket);
    }

    [Fact]
    public async Task A_length_that_is_only_announced_takes_no_memory()
    {
        using var connector = await store.OpenAsync();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var source = new StallingStream(1);
        var options = new PutOptions { ContentLength = 5L << 40 };
        var putting = connector.PutAsync("a", source, options, cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => putting);
        Assert.InRange(source.LargestBuffer, 1, 16 * 1024 * 1024);
    }

    [Theory]
    [InlineData((5L << 40) + 1)]
    [InlineData(long.MaxValue)]
    public async Task A_length_that_no_object_can_have_is_refused_at_once(long announced)
    {
        using var connector = await store.OpenAsync();
        await using var source = new StallingStream(1);
        var error = await StoreExtensions.FailsAsync(
            ErrorKind.InvalidArgument,
            "OBJECT_TOO_LARGE",
            async () => await connector.PutAsync("a", source, new PutOptions { ContentLength = announced }, Token)
        );
        Assert.Equal("file", error.Field);
    }

    private async Task AssertNothingLeftAsync(string bucket)
    {
        var client = await store.ClientAsync();
        Assert.Empty((await client.ListMultipartUploadsAsync(bucket, Token)).MultipartUploads ?? []);
        var request = new ListObjectsV2Request { BucketName = bucket };
        Assert.Empty((await client.ListObjectsV2Async(request, Token)).S3Objects ?? []);
    }

    private static async Task<string> HashAsync(int size)
    {
        using var source = new PatternStream(size);
        return Convert.ToHexString(await SHA256.HashDataAsync(source, Token));
    }

    private static async Task<string> HashAsync(AwsS3Connector connector, string key)
    {
        await using var opened = await connector.GetAsync(key, ReadOptions.Default, Token);
        return Convert.ToHexString(await SHA256.HashDataAsync(opened.Content, Token));
    }
}
