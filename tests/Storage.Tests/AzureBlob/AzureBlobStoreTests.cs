using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using Yyc3.Connectors.AzureBlob;
using Yyc3.Connectors.AzureBlob.Blobs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AzureBlob;

/// <summary>What only Azure has: its metadata rules, signatures, blocks and confinement, seen with the vendor's own client.</summary>
public sealed class AzureBlobStoreTests(AzureBlobFixture azure) : IAsyncLifetime
{
    private readonly string _folder = Guid.NewGuid().ToString("N") + "/";
    private AzureBlobConnector _store = null!;
    private BlobContainerClient _container = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await azure.OpenAsync();
        _container = AzureBlobFixture.Client(await azure.ServerAsync());
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Metadata_that_Azure_takes_is_plain_for_other_programs()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "ada", ["version"] = "2" };
        await PutAsync("a", "x", new PutOptions { Metadata = metadata });
        BlobProperties stored = await _container.GetBlobClient(_folder + "a").GetPropertiesAsync(null, Token);
        Assert.Equal(metadata, stored.Metadata);
    }

    [Fact]
    public async Task Metadata_that_Azure_does_not_take_comes_back_all_the_same()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["X-Upper"] = "a",
            ["x-upper"] = "b",
            ["名"] = "值 é",
            ["spaced"] = " both ends ",
            ["empty"] = "",
            ["lines"] = "a\r\nb",
        };
        await PutAsync("a", "x", new PutOptions { Metadata = metadata });
        Assert.Equal(metadata, (await _store.StatAsync(_folder + "a", null, Token)).Metadata);
        var listed = await _store.ListAsync(new ListOptions { Prefix = _folder }, Token);
        Assert.Equal(metadata, Assert.Single(listed.Objects).Metadata);
    }

    [Fact]
    public async Task Metadata_that_is_too_long_is_named()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = new('x', 9000) };
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            PutAsync("a", "x", new PutOptions { Metadata = metadata })
        );
        Assert.Equal((ErrorKind.InvalidArgument, "metadata"), (error.Kind, error.Field));
    }

    [Theory]
    [InlineData(1024 * 1024 - 1, 0)]
    [InlineData(1024 * 1024, 1)]
    [InlineData(1024 * 1024 + 1, 2)]
    [InlineData(3 * 1024 * 1024, 3)]
    public async Task Upload_larger_than_a_block_goes_block_by_block(int size, int blocks)
    {
        using var source = new PatternStream(size);
        await _store.PutAsync(_folder + "a", source, new PutOptions(), Token);
        BlockList list = await _container
            .GetBlockBlobClient(_folder + "a")
            .GetBlockListAsync(BlockListTypes.All, cancellationToken: Token);
        Assert.Equal(blocks, list.CommittedBlocks.Count());
        Assert.Empty(list.UncommittedBlocks);
    }

    [Fact]
    public async Task Prefix_confines_every_key()
    {
        using var confined = await azure.OpenAsync(prefix: _folder + "inside");
        await PutAsync("outside", "x");
        using var content = new MemoryStream("y"u8.ToArray());
        var stored = await confined.PutAsync("a", content, new PutOptions(), Token);

        Assert.Equal("a", stored.Key);
        Assert.True(await _container.GetBlobClient(_folder + "inside/a").ExistsAsync(Token));
        var listed = await confined.ListAsync(new ListOptions { Recursive = true }, Token);
        Assert.Equal(["a"], listed.Objects.Select(found => found.Key));
        var copy = await confined.CopyAsync("a", "b", Token);
        Assert.Equal("b", copy.Key);
        Assert.True(await _container.GetBlobClient(_folder + "inside/b").ExistsAsync(Token));
    }

    [Fact]
    public async Task Signed_link_downloads_without_credentials_and_not_when_tampered_with()
    {
        await PutAsync("a b", "linked");
        var link = await _store.SignDownloadAsync(_folder + "a b", TimeSpan.FromMinutes(5), Token);
        using var http = new HttpClient(new SocketsHttpHandler());
        Assert.Equal("linked", await http.GetStringAsync(link, Token));

        using var answer = await http.GetAsync(
            new Uri(link.AbsoluteUri.Replace("sp=r", "sp=rw", StringComparison.Ordinal)),
            Token
        );
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Shared_access_signature_is_enough()
    {
        using var store = await OpenWithSignatureAsync("racwdl");
        using var content = new MemoryStream("signed"u8.ToArray());
        await store.PutAsync(_folder + "a", content, new PutOptions(), Token);
        await store.CopyAsync(_folder + "a", _folder + "b", Token);
        await using var read = await store.GetAsync(_folder + "b", ReadOptions.Default, Token);
        using var reader = new StreamReader(read.Content);
        Assert.Equal("signed", await reader.ReadToEndAsync(Token));
        Assert.Empty(read.Info.Url!.Query);
        Assert.True((await store.CheckAsync(Token)).IsHealthy);
    }

    [Fact]
    public async Task Shared_access_signature_never_leaves_in_a_link()
    {
        using var store = await OpenWithSignatureAsync("rl");
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await store.SignDownloadAsync("a", TimeSpan.FromMinutes(1), Token)
        );
        Assert.Equal("ACCOUNT_KEY_NEEDED", error.Code);
    }

    [Fact]
    public async Task What_a_signature_does_not_allow_is_permission_denied()
    {
        using var store = await OpenWithSignatureAsync("rl");
        using var content = new MemoryStream([1]);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await store.PutAsync(_folder + "a", content, new PutOptions(), Token)
        );
        Assert.Equal(ErrorKind.PermissionDenied, error.Kind);
    }

    [Fact]
    public async Task Snapshots_of_others_are_not_deleted_along()
    {
        await PutAsync("a", "x");
        await _container.GetBlobClient(_folder + "a").CreateSnapshotAsync(cancellationToken: Token);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await _store.DeleteAsync(_folder + "a", null, Token)
        );
        Assert.Equal((ErrorKind.PreconditionFailed, "SNAPSHOTS_PRESENT"), (error.Kind, error.Code));
    }

    [Theory]
    [InlineData("accountKey", "not base64!", "auth.credentials.accountKey")]
    [InlineData("other", "x", "auth.credentials.accountKey")]
    public void Credentials_that_cannot_be_used_are_named(string name, string value, string field)
    {
        using var harness = new ConnectorHarness();
        var context = harness.Context(
            new { accountName = "account", container = "c" },
            new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value }
        );
        Assert.Equal(field, Assert.Throws<ConnectorException>(() => new AzureBlobConnector(context)).Field);
    }

    [Theory]
    [InlineData(null, "https://account.blob.core.windows.net/")]
    [InlineData("https://account.blob.core.chinacloudapi.cn", "https://account.blob.core.chinacloudapi.cn/")]
    [InlineData("http://127.0.0.1:10000", "http://127.0.0.1:10000/account")]
    [InlineData("http://proxy.example/blobs/account", "http://proxy.example/blobs/account")]
    public void Endpoint_leads_to_the_account(string? endpoint, string service)
    {
        using var harness = new ConnectorHarness();
        var context = harness.Context(
            new
            {
                accountName = "account",
                container = "c",
                endpoint,
            },
            new Dictionary<string, string>(StringComparer.Ordinal) { ["accountKey"] = "AAAA" }
        );
        Assert.Equal(service, AzureBlobOptions.From(context).Service.AbsoluteUri);
    }

    private async Task PutAsync(string name, string text, PutOptions? options = null)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await _store.PutAsync(_folder + name, content, options ?? new PutOptions(), Token);
    }

    private async Task<AzureBlobConnector> OpenWithSignatureAsync(string permissions)
    {
        var server = await azure.ServerAsync();
        var builder = new BlobSasBuilder
        {
            BlobContainerName = AzureBlobFixture.Container,
            Resource = "c",
            ExpiresOn = TimeProvider.System.GetUtcNow().AddHours(1),
        };
        builder.SetPermissions(permissions);
        return azure.Open(
            new
            {
                accountName = AzuriteServer.Account,
                container = AzureBlobFixture.Container,
                endpoint = server.Endpoint,
            },
            sas: _container.GenerateSasUri(builder).Query
        );
    }
}
