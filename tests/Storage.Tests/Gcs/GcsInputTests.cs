using System.Net;
using System.Text;
using Yyc3.Connectors.Gcs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Storage.Tests.AwsS3;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.Gcs;

/// <summary>What callers ask for that cannot be, and what others have put into the bucket.</summary>
public sealed class GcsInputTests(GcsFixture gcs) : IAsyncLifetime
{
    private readonly string _folder = "input-" + Guid.NewGuid().ToString("N");
    private GcsServer _server = null!;
    private GcsConnector _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await gcs.DoubleAsync();
        _store = await gcs.OpenDoubleAsync(_folder);
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("no type", null, "contentType")]
    [InlineData("text/plain\r\nx-evil: 1", null, "contentType")]
    [InlineData("text/plain", (5L << 40) + 1, "file")]
    [InlineData("text/plain", long.MaxValue, "file")]
    [InlineData("text/plain", -1L, "file")]
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
    public async Task Refusal_without_a_reason_known_here_is_not_the_services_failure()
    {
        using var harness = new ConnectorHarness();
        var network = new RecordingNetwork(_ => new HttpResponseMessage(HttpStatusCode.BadRequest));
        using var store = Open(network, harness);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await store.StatAsync("a", null, Token));
        Assert.Equal((ErrorKind.PreconditionFailed, "REQUEST_REFUSED"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task What_no_caller_could_ask_for_is_passed_over_in_listings()
    {
        foreach (var name in new[] { "", "a/", "a/1", "a//2", "a/../3", "b", "c\u0001", "d\\e" })
        {
            await PutRawAsync($"{_folder}/{name}");
        }

        var page = await _store.ListAsync(new ListOptions { Recursive = true }, Token);
        Assert.Equal(["a/1", "b"], page.Objects.Select(found => found.Key));
    }

    [Fact]
    public async Task Folders_before_the_objects_end_a_page_and_not_the_listing()
    {
        for (var number = 0; number < 25; number++)
        {
            await PutRawAsync($"{_folder}/folder-{number:00}/x");
        }

        await PutRawAsync($"{_folder}/last");
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
                {"items":[{"name":"a","generation":"1","size":"1"},{"name":"ab","generation":"2","size":"1"}],
                "nextPageToken":"more"}
                """
            )
        );
        using var store = Open(network, harness);
        var versions = await store.ListVersionsAsync("a", Token);
        Assert.Equal(["1"], versions.Select(version => version.VersionId));
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task Token_service_leads_nobody_elsewhere()
    {
        using var harness = new ConnectorHarness();
        var network = new RecordingNetwork(request =>
        {
            var answer = MadeUpStore.Answer(
                HttpStatusCode.TemporaryRedirect,
                "",
                ("Location", "https://elsewhere.example/token")
            );
            answer.RequestMessage = request;
            return answer;
        });
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["serviceAccountJson"] = _server.ServiceAccountJson,
        };
        using var store = new GcsConnector(network.Watch(harness.Context(new { bucket = "abc" }, credentials)));
        await Assert.ThrowsAsync<ConnectorException>(async () => await store.StatAsync("a", null, Token));
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task Link_to_a_compressed_object_gives_plain_content_to_any_client()
    {
        using var store = gcs.Open(GcsFixture.Settings(_server.Endpoint, _folder), account: _server.ServiceAccountJson);
        using var content = new MemoryStream("plain text"u8.ToArray());
        await store.PutAsync("a", content, new PutOptions { Compress = true }, Token);
        var link = await store.SignDownloadAsync("a", TimeSpan.FromMinutes(5), Token);
        using var plain = new HttpClient(new SocketsHttpHandler());
        using var gzip = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All });
        Assert.Equal("plain text", await plain.GetStringAsync(link, Token));
        Assert.Equal("plain text", await gzip.GetStringAsync(link, Token));

        await using var read = await store.GetAsync("a", ReadOptions.Default, Token);
        using var reader = new StreamReader(read.Content);
        Assert.Equal("plain text", await reader.ReadToEndAsync(Token));
    }

    private static GcsConnector Open(RecordingNetwork network, ConnectorHarness harness)
    {
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal) { ["accessToken"] = "t" };
        return new GcsConnector(network.Watch(harness.Context(new { bucket = "abc" }, credentials)));
    }

    /// <summary>Stores under any name, as other programs may.</summary>
    private async Task PutRawAsync(string name)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        http.DefaultRequestHeaders.Authorization = new("Bearer", GcsServer.Token);
        var address = $"{_server.Endpoint}/upload/storage/v1/b/{GcsServer.Bucket}/o?uploadType=media";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("x"));
        using var answer = await http.PostAsync(
            new Uri($"{address}&name={Uri.EscapeDataString(name)}"),
            content,
            Token
        );
        answer.EnsureSuccessStatusCode();
    }
}
