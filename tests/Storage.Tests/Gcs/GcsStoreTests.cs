using System.Security.Cryptography;
using Yyc3.Connectors.Gcs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.Gcs;

/// <summary>Upload sessions and their resumption, links, and the double itself before Google's own client.</summary>
[Collection("GCS faults")]
public sealed class GcsStoreTests(GcsFixture gcs) : IAsyncLifetime
{
    private const int Mebi = 1024 * 1024;
    private GcsServer _server = null!;
    private GcsConnector _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Faults hit whoever comes next, so nobody else may be there.
        _server = await GcsServer.StartDoubleAsync();
        _store = gcs.Open(GcsFixture.Settings(_server.Endpoint));
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Double_is_accepted_by_Googles_own_client()
    {
        using var harness = new ConnectorHarness();
        var (right, wrong) = (Path.Combine(harness.DataDirectory, "a"), Path.Combine(harness.DataDirectory, "b"));
        await File.WriteAllTextAsync(right, _server.ServiceAccountJson, Token);
        await File.WriteAllTextAsync(wrong, _server.OtherServiceAccountJson(), Token);
        var script = Path.Combine(ServerFolder.Repository, "tests", "servers", "storage", "gcs-client-check.mjs");
        var output = await Shell.RunAsync("node", [script, _server.Endpoint, right, wrong], cancellationToken: Token);
        Assert.Equal("accepted", output.Trim());
    }

    [Theory]
    [InlineData("keep-half")]
    [InlineData("drop")]
    [InlineData("fail")]
    public async Task Chunk_that_arrives_in_part_or_not_at_all_is_resumed(string kind)
    {
        await _server.InjectAsync(new { kind }, new { kind }, new { kind });
        await AssertUploadsAsync(3 * Mebi + 17);
    }

    [Theory]
    [InlineData(Mebi - 1)]
    [InlineData(Mebi)]
    [InlineData(Mebi + 1)]
    [InlineData(2 * Mebi)]
    public Task Uploads_around_the_size_of_a_chunk_are_whole(int size) => AssertUploadsAsync(size);

    [Fact]
    public async Task Upload_whose_beginning_the_service_lost_fails_and_may_be_repeated()
    {
        await _server.InjectAsync(new { kind = "none" }, new { kind = "lose" });
        using var source = new PatternStream(3 * Mebi);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await _store.PutAsync("a", source, new PutOptions(), Token)
        );
        Assert.Equal((ErrorKind.Unavailable, "UPLOAD_LOST"), (error.Kind, error.Code));
        Assert.Equal(0, await _server.CountSessionsAsync());
    }

    [Fact]
    public async Task Service_that_keeps_failing_is_not_asked_for_ever()
    {
        await _server.InjectAsync([.. Enumerable.Repeat(new { kind = "drop" }, 50)]);
        using var source = new PatternStream(2 * Mebi);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await _store.PutAsync("a", source, new PutOptions(), Token)
        );
        Assert.Equal(ErrorKind.Unavailable, error.Kind);
    }

    [Fact]
    public async Task Cancelled_upload_leaves_no_session()
    {
        using var cancellation = new CancellationTokenSource();
        using var source = new PatternStream(4 * Mebi, atHalf: cancellation.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await _store.PutAsync("a", source, new PutOptions(), cancellation.Token)
        );
        Assert.Equal(0, await _server.CountSessionsAsync());
    }

    [Fact]
    public async Task Create_only_holds_for_large_objects_too()
    {
        await AssertUploadsAsync(10);
        using var source = new PatternStream(2 * Mebi);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await _store.PutAsync("a", source, new PutOptions { CreateOnly = true }, Token)
        );
        Assert.Equal("OBJECT_EXISTS", error.Code);
    }

    [Theory]
    [InlineData(403, "rateLimitExceeded", ErrorKind.Throttled)]
    [InlineData(429, "rateLimitExceeded", ErrorKind.Throttled)]
    [InlineData(403, "quotaExceeded", ErrorKind.QuotaExceeded)]
    [InlineData(403, "forbidden", ErrorKind.PermissionDenied)]
    [InlineData(503, "backendError", ErrorKind.Unavailable)]
    [InlineData(500, "internalError", ErrorKind.Unavailable)]
    public async Task Refusal_is_told_by_status_and_reason_and_not_in_the_services_words(
        int status,
        string reason,
        ErrorKind kind
    )
    {
        await _server.InjectAsync(
            new
            {
                kind = "answer",
                status,
                reason,
            }
        );
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await _store.StatAsync("a", null, Token));
        Assert.Equal(kind, error.Kind);
        Assert.DoesNotContain("provider text", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            kind is ErrorKind.Throttled or ErrorKind.Unavailable ? TimeSpan.FromSeconds(7) : null,
            error.RetryAfter
        );
    }

    [Fact]
    public async Task Signed_link_downloads_without_a_token_and_not_when_tampered_with()
    {
        using var store = gcs.Open(GcsFixture.Settings(_server.Endpoint), account: _server.ServiceAccountJson);
        using var content = new MemoryStream("linked"u8.ToArray());
        await store.PutAsync("folder/a b+é", content, new PutOptions(), Token);
        var link = await store.SignDownloadAsync("folder/a b+é", TimeSpan.FromMinutes(5), Token);
        using var http = new HttpClient(new SocketsHttpHandler());
        Assert.Equal("linked", await http.GetStringAsync(link, Token));

        var longer = link.AbsoluteUri.Replace("Expires=300", "Expires=301", StringComparison.Ordinal);
        using var answer = await http.GetAsync(new Uri(longer), Token);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Token_cannot_sign_links()
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await _store.SignDownloadAsync("a", TimeSpan.FromMinutes(1), Token)
        );
        Assert.Equal("SERVICE_ACCOUNT_NEEDED", error.Code);
    }

    [Fact]
    public async Task Metadata_of_any_script_comes_back()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["X-Upper"] = "a",
            ["名"] = "值 é",
            ["spaced"] = " both ends ",
        };
        using var content = new MemoryStream([1]);
        await _store.PutAsync("a", content, new PutOptions { Metadata = metadata }, Token);
        Assert.Equal(metadata, (await _store.StatAsync("a", null, Token)).Metadata);
    }

    [Fact]
    public async Task Metadata_that_is_too_long_is_named()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = new('x', 9000) };
        using var content = new MemoryStream([1]);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await _store.PutAsync("a", content, new PutOptions { Metadata = metadata }, Token)
        );
        Assert.Equal((ErrorKind.InvalidArgument, "metadata"), (error.Kind, error.Field));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("t", "{}")]
    [InlineData(null, "{")]
    [InlineData(null, """{"type":"authorized_user"}""")]
    [InlineData(null, """{"type":"service_account","client_email":"a@b"}""")]
    [InlineData(null, """{"type":"service_account","client_email":"a@b","private_key":"no key"}""")]
    public void Credentials_that_cannot_be_used_are_named(string? token, string? account)
    {
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal);
        if (token is not null)
        {
            credentials["accessToken"] = token;
        }

        if (account is not null)
        {
            credentials["serviceAccountJson"] = account;
        }

        using var harness = new ConnectorHarness();
        var context = harness.Context(new { bucket = "abc" }, credentials);
        var error = Assert.Throws<ConnectorException>(() => new GcsConnector(context));
        Assert.Equal("auth.credentials.serviceAccountJson", error.Field);
    }

    private async Task AssertUploadsAsync(int size)
    {
        using var source = new PatternStream(size);
        var stored = await _store.PutAsync("a", source, new PutOptions(), Token);
        await using var read = await _store.GetAsync("a", ReadOptions.Default, Token);
        using var again = new PatternStream(size);
        Assert.Equal(await SHA256.HashDataAsync(again, Token), await SHA256.HashDataAsync(read.Content, Token));
        Assert.Equal(size, stored.Size);
        Assert.Equal(0, await _server.CountSessionsAsync());
    }
}
