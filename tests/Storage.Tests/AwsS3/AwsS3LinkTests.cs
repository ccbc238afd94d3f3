using System.Net;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>Links that need no credentials.</summary>
public sealed class AwsS3LinkTests(CephStore store) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("links/plain.txt")]
    [InlineData("links/with space and %20+plus.txt")]
    [InlineData("links/ünïcödé/文件~!*'()&=@:,;$#?.txt")]
    public async Task A_link_downloads_exactly_that_object(string key)
    {
        using var connector = await store.OpenAsync();
        await connector.PutTextAsync(key, key, new PutOptions { ContentType = "text/plain" });
        var link = await connector.SignDownloadAsync(key, TimeSpan.FromMinutes(5), Token);
        using var answer = await _http.GetAsync(link, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(key, await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_changed_link_opens_nothing()
    {
        using var connector = await store.OpenAsync();
        await connector.PutTextAsync("links/a", "a");
        await connector.PutTextAsync("links/b", "b");
        var link = (await connector.SignDownloadAsync("links/a", TimeSpan.FromMinutes(5), Token)).AbsoluteUri;

        Assert.Equal(
            HttpStatusCode.Forbidden,
            await StatusAsync(link.Replace("links/a", "links/b", StringComparison.Ordinal))
        );
        Assert.Equal(
            HttpStatusCode.Forbidden,
            await StatusAsync(link.Replace("Expires=30", "Expires=39", StringComparison.Ordinal))
        );
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(link.Split('?')[0]));
    }

    [Fact]
    public async Task A_link_ends_with_its_lifetime()
    {
        using var connector = await store.OpenAsync();
        await connector.PutTextAsync("links/short", "x");
        var link = (await connector.SignDownloadAsync("links/short", TimeSpan.FromSeconds(2), Token)).AbsoluteUri;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(link));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        while (await StatusAsync(link) != HttpStatusCode.Forbidden)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7 * 24 * 60 * 60 + 1)]
    public async Task A_lifetime_that_no_signature_has_is_refused(int seconds)
    {
        using var connector = await store.OpenAsync();
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await connector.SignDownloadAsync("links/a", TimeSpan.FromSeconds(seconds), Token)
        );
        Assert.Equal((ErrorKind.InvalidArgument, "lifetime"), (error.Kind, error.Field));
    }

    [Fact]
    public async Task Amazons_links_use_https_and_the_newest_signature()
    {
        using var made = new MadeUpStore(_ => throw new InvalidOperationException("Signing needs no network."));
        var link = await made.Connector.SignDownloadAsync("a", TimeSpan.FromDays(7), Token);

        Assert.Equal(("https", "my-bucket.s3.eu-central-1.amazonaws.com"), (link.Scheme, link.Host));
        Assert.Contains("X-Amz-Algorithm=AWS4-HMAC-SHA256", link.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public async Task A_link_lives_as_long_as_asked_where_the_stores_clock_is_not_the_machines(int days)
    {
        // At noon no second that passes changes the day.
        var told = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(days).AddHours(12), TimeSpan.Zero);
        using var made = new MadeUpStore(
            _ => MadeUpStore.Refusal(HttpStatusCode.Forbidden, "RequestTimeTooSkewed", ("Date", told.ToString("R"))),
            new { region = "eu-west-1", bucket = "my-bucket" }
        );
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await made.Connector.ListAsync(new ListOptions(), Token)
        );
        Assert.Equal("CLOCK_SKEWED", error.Code);

        var link = await made.Connector.SignDownloadAsync("a", TimeSpan.FromDays(7), Token);
        Assert.Contains("X-Amz-Expires=604800", link.Query, StringComparison.Ordinal);
        Assert.Contains($"X-Amz-Date={told:yyyyMMdd}", link.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_object_names_its_encoding_to_whoever_has_the_link()
    {
        using var connector = await store.OpenAsync();
        await connector.PutTextAsync("links/packed", new string('x', 10_000), new PutOptions { Compress = true });
        using var answer = await _http.GetAsync(
            await connector.SignDownloadAsync("links/packed", TimeSpan.FromMinutes(5), Token),
            Token
        );
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpStatusCode> StatusAsync(string link)
    {
        using var answer = await _http.GetAsync(new Uri(link), Token);
        return answer.StatusCode;
    }
}
