using System.Net;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Yyc3.Connectors.AzureBlob;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Storage.Tests.AwsS3;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AzureBlob;

/// <summary>What callers ask for that cannot be, and what others have put into the container.</summary>
public sealed class AzureBlobInputTests(AzureBlobFixture azure) : IAsyncLifetime
{
    private const int Mebi = 1024 * 1024;
    private readonly string _folder = "input-" + Guid.NewGuid().ToString("N");
    private AzureBlobConnector _store = null!;
    private BlobContainerClient _container = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await azure.OpenAsync(prefix: _folder);
        _container = AzureBlobFixture.Client(await azure.ServerAsync());
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("snapshot:")]
    [InlineData("snapshot: ")]
    [InlineData("snapshot:2026-01-01T00:00:00.0000000Z&comp=metadata")]
    [InlineData("2026-01-01T00:00:00.0000000Z&comp=metadata")]
    [InlineData(" ")]
    [InlineData("")]
    public async Task Version_that_cannot_be_one_is_not_found_and_leaves_the_object(string versionId)
    {
        await PutAsync("a", "live");
        await AssertMissingAsync(async () => await _store.StatAsync("a", versionId, Token));
        await AssertMissingAsync(async () =>
            await _store.GetAsync("a", new ReadOptions { VersionId = versionId }, Token)
        );
        await AssertMissingAsync(async () => await _store.DeleteAsync("a", versionId, Token));
        Assert.Equal(4, (await _store.StatAsync("a", null, Token)).Size);
    }

    [Theory]
    [InlineData("no type", null, "contentType")]
    [InlineData("text/plain\r\nx-evil: 1", null, "contentType")]
    [InlineData("text/plain", 1L << 50, "file")]
    [InlineData("text/plain", long.MaxValue, "file")]
    public async Task What_cannot_be_stored_is_refused_by_name(string type, long? length, string field)
    {
        using var content = new MemoryStream([1]);
        var options = new PutOptions { ContentType = type, ContentLength = length };
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await _store.PutAsync("a", content, options, Token)
        );
        Assert.Equal((ErrorKind.InvalidArgument, field), (error.Kind, error.Field));
    }

    [Fact]
    public async Task Key_too_long_behind_the_prefix_is_refused_by_name()
    {
        var key = new string('k', 1024 - _folder.Length);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await _store.StatAsync(key, null, Token));
        Assert.Equal((ErrorKind.InvalidArgument, "path"), (error.Kind, error.Field));
    }

    [Fact]
    public async Task Blob_of_another_type_is_not_a_conflict_that_passes()
    {
        await _container.GetAppendBlobClient($"{_folder}/a").CreateAsync(cancellationToken: Token);
        using var source = new PatternStream(2 * Mebi);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await _store.PutAsync("a", source, new PutOptions(), Token)
        );
        Assert.Equal((ErrorKind.PreconditionFailed, "WRONG_BLOB_TYPE"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task Refusal_without_a_code_known_here_is_not_the_services_failure()
    {
        using var harness = new ConnectorHarness();
        var network = new RecordingNetwork(_ => new HttpResponseMessage(HttpStatusCode.BadRequest));
        using var store = Open(network, harness);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await store.StatAsync("a", null, Token));
        Assert.Equal((ErrorKind.PreconditionFailed, "REQUEST_REFUSED"), (error.Kind, error.Code));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(4 * Mebi)]
    public async Task Callers_own_mistake_is_told_as_it_is(int size)
    {
        using var source = new PatternStream(size, atHalf: () => throw new CallerFault());
        await Assert.ThrowsAsync<CallerFault>(async () => await _store.PutAsync("a", source, new PutOptions(), Token));
    }

    [Fact]
    public async Task Block_that_fails_ends_the_upload_without_waiting_for_the_source()
    {
        using var harness = new ConnectorHarness();
        var network = new RecordingNetwork(_ => new HttpResponseMessage(HttpStatusCode.Forbidden));
        using var store = Open(network, harness);
        await using var source = new StallingStream(Mebi + 1);
        var putting = store.PutAsync("a", source, new PutOptions(), Token).AsTask();
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            putting.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token)
        );
        Assert.Equal("ACCESS_DENIED", error.Code);
    }

    [Fact]
    public async Task What_no_caller_could_ask_for_is_passed_over_in_listings()
    {
        foreach (var name in new[] { "a/1", "a//2", "b", "c" })
        {
            await PutRawAsync(name);
        }

        var folder = new Dictionary<string, string>(StringComparer.Ordinal) { ["hdi_isfolder"] = "true" };
        await _container.GetBlobClient($"{_folder}/c").SetMetadataAsync(folder, cancellationToken: Token);
        var page = await _store.ListAsync(new ListOptions { Recursive = true }, Token);
        Assert.Equal(["a/1", "b"], page.Objects.Select(found => found.Key));
    }

    [Fact]
    public async Task Folders_before_the_objects_end_a_page_and_not_the_listing()
    {
        for (var number = 0; number < 25; number++)
        {
            await PutRawAsync($"folder-{number:00}/x");
        }

        await PutRawAsync("last");
        var first = await _store.ListAsync(new ListOptions { Limit = 1 }, Token);
        Assert.Empty(first.Objects);
        var second = await _store.ListAsync(new ListOptions { Limit = 1, Cursor = first.NextCursor }, Token);
        Assert.Equal(["last"], second.Objects.Select(found => found.Key));
    }

    [Fact]
    public async Task Versions_end_where_another_name_begins()
    {
        using var harness = new ConnectorHarness();
        var network = new RecordingNetwork(_ =>
            MadeUpStore.Answer(
                HttpStatusCode.OK,
                """
                <?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="c"><Blobs>
                <Blob><Name>a</Name><VersionId>2026-01-01T00:00:00.0000000Z</VersionId><Properties/></Blob>
                <Blob><Name>ab</Name><VersionId>2026-01-01T00:00:01.0000000Z</VersionId><Properties/></Blob>
                </Blobs><NextMarker>more</NextMarker></EnumerationResults>
                """,
                ("Content-Type", "application/xml")
            )
        );
        using var store = Open(network, harness);
        var versions = await store.ListVersionsAsync("a", Token);
        Assert.Equal(["2026-01-01T00:00:00.0000000Z"], versions.Select(version => version.VersionId));
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task Link_to_a_compressed_object_says_how_it_is_packed()
    {
        using var content = new MemoryStream("plain text"u8.ToArray());
        await _store.PutAsync("a", content, new PutOptions { Compress = true }, Token);
        var link = await _store.SignDownloadAsync("a", TimeSpan.FromMinutes(5), Token);
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All });
        Assert.Equal("plain text", await http.GetStringAsync(link, Token));
    }

    private static AzureBlobConnector Open(RecordingNetwork network, ConnectorHarness harness) =>
        new(
            network.Watch(
                harness.Context(
                    new
                    {
                        accountName = "account",
                        container = "c",
                        blockSize = Mebi,
                    },
                    new Dictionary<string, string>(StringComparer.Ordinal) { ["accountKey"] = AzuriteServer.Key }
                )
            )
        );

    private static async Task AssertMissingAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(call);
        Assert.Equal((ErrorKind.NotFound, "VERSION_NOT_FOUND"), (error.Kind, error.Code));
    }

    private async Task PutAsync(string key, string text)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        await _store.PutAsync(key, content, new PutOptions(), Token);
    }

    /// <summary>Stores under any name, as other programs may.</summary>
    private async Task PutRawAsync(string name)
    {
        using var content = new MemoryStream([1]);
        await _container.GetBlobClient($"{_folder}/{name}").UploadAsync(content, Token);
    }
}
