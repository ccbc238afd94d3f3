using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Yyc3.Connectors.AzureBlob;
using Yyc3.Connectors.AzureBlob.Blobs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Storage.Tests.AwsS3;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AzureBlob;

/// <summary>Copies appear whole or not at all, at once and block by block.</summary>
public sealed class AzureBlobCopyTests(AzureBlobFixture azure) : IAsyncLifetime
{
    private const int Mebi = 1024 * 1024;
    private readonly string _folder = "copies-" + Guid.NewGuid().ToString("N");
    private readonly ConnectorHarness _harness = new();
    private BlobContainerClient _container = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _container = AzureBlobFixture.Client(await azure.ServerAsync());

    public ValueTask DisposeAsync()
    {
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(2 * Mebi + 1, 0)]
    [InlineData(2 * Mebi + 2, 3)]
    [InlineData(4 * Mebi, 4)]
    public async Task Large_copy_is_made_of_blocks_and_like_its_source(int size, int blocks)
    {
        using var store = await OpenAsync();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "ada" };
        using var source = new PatternStream(size);
        var options = new PutOptions { ContentType = "text/plain", Metadata = metadata };
        await store.PutAsync("a", source, options, Token);
        var copy = await store.CopyAsync("a", "b", Token);
        var stat = await store.StatAsync("b", null, Token);

        Assert.Equal((size, "text/plain"), (copy.Size, copy.ContentType));
        Assert.Equal(metadata, copy.Metadata);
        Assert.Equal((copy.ETag, copy.LastModified, copy.Size), (stat.ETag, stat.LastModified, stat.Size));
        Assert.Equal(metadata, stat.Metadata);
        Assert.Equal("text/plain", stat.ContentType);
        await using var read = await store.GetAsync("b", ReadOptions.Default, Token);
        using var again = new PatternStream(size);
        Assert.Equal(await SHA256.HashDataAsync(again, Token), await SHA256.HashDataAsync(read.Content, Token));
        if (blocks > 0)
        {
            BlockList list = await _container
                .GetBlockBlobClient($"{_folder}/b")
                .GetBlockListAsync(BlockListTypes.Committed, cancellationToken: Token);
            Assert.Equal(blocks, list.CommittedBlocks.Count());
        }
    }

    [Fact]
    public async Task Copy_of_compressed_content_of_unknown_size_tells_the_plain_one()
    {
        using var store = await OpenAsync();
        using var source = new PatternStream(3 * Mebi);
        await store.PutAsync("a", source, new PutOptions { Compress = true }, Token);
        Assert.Equal(3 * Mebi, (await store.CopyAsync("a", "b", Token)).Size);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(4 * Mebi)]
    public async Task Source_that_changes_meanwhile_leaves_the_destination_as_it_was(int size)
    {
        var isChanging = false;
        var network = new RecordingNetwork(request =>
        {
            if (isChanging && request.Headers.Contains("x-ms-copy-source"))
            {
                isChanging = false;
                using var other = new MemoryStream("other"u8.ToArray());
                _container.GetBlobClient($"{_folder}/a").Upload(other, overwrite: true, Token);
            }

            return null;
        });
        using var store = await OpenAsync(network);
        using var source = new PatternStream(size);
        await store.PutAsync("a", source, new PutOptions(), Token);
        using var old = new MemoryStream("old"u8.ToArray());
        await store.PutAsync("b", old, new PutOptions(), Token);
        isChanging = true;
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await store.CopyAsync("a", "b", Token));

        Assert.Equal((ErrorKind.Conflict, "OBJECT_CHANGING"), (error.Kind, error.Code));
        Assert.Equal(3, (await store.StatAsync("b", null, Token)).Size);
    }

    [Fact]
    public async Task Copy_is_kept_as_a_version_where_uploads_are()
    {
        using var store = await OpenAsync(snapshots: true);
        using var content = new MemoryStream([1]);
        await store.PutAsync("a", content, new PutOptions(), Token);
        var copy = await store.CopyAsync("a", "b", Token);
        Assert.Equal(copy.VersionId, Assert.Single(await store.ListVersionsAsync("b", Token)).VersionId);
        Assert.NotNull(copy.VersionId);
    }

    private async Task<AzureBlobConnector> OpenAsync(RecordingNetwork? network = null, bool snapshots = false)
    {
        var server = await azure.ServerAsync();
        var context = _harness.Context(
            new
            {
                accountName = AzuriteServer.Account,
                container = AzureBlobFixture.Container,
                endpoint = server.Endpoint,
                prefix = _folder,
                snapshots,
                blockSize = Mebi,
            },
            new Dictionary<string, string>(StringComparer.Ordinal) { ["accountKey"] = AzuriteServer.Key }
        );
        var options = AzureBlobOptions.From(context) with
        {
            LargestSingleCopy = (2 * Mebi) + 1,
            CopiedBlockSize = Mebi,
        };
        return new AzureBlobConnector(network?.Watch(context) ?? context, options);
    }
}
