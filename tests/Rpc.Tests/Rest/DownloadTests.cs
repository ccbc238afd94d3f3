using System.Net;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

public sealed class DownloadTests(RestServer server) : IClassFixture<RestServer>
{
    [Fact]
    public async Task A_file_comes_raw_with_its_headers()
    {
        var (response, _) = await server.GetAsync("/lab/d/download");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(RestLabService.File, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/pdf", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(1000, response.Content.Headers.ContentLength);
        Assert.Equal("\"abc\"", response.Headers.ETag!.Tag);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1770112800), response.Content.Headers.LastModified);
        Assert.Equal("报告 1.pdf", response.Content.Headers.ContentDisposition!.FileNameStar);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition.DispositionType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("bytes", response.Headers.AcceptRanges.Single());
        Assert.True(response.Headers.Contains("x-request-id"));
    }

    [Theory]
    [InlineData("bytes=0-9", 0, 9)]
    [InlineData("bytes=990-", 990, 999)]
    [InlineData("bytes=-5", 995, 999)]
    [InlineData("bytes=100-5000", 100, 999)]
    public async Task A_range_is_answered_with_206(string range, int first, int last)
    {
        var (response, _) = await server.SendAsync(HttpMethod.Get, "/lab/d/download", null, ("Range", range));

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"bytes {first}-{last}/1000", response.Content.Headers.ContentRange!.ToString());
        Assert.Equal(RestLabService.File[first..(last + 1)], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=9-0")]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=-")]
    [InlineData("bytes=+1-2")]
    [InlineData("items=0-1")]
    public async Task A_range_that_cannot_be_read_is_ignored(string range)
    {
        var (response, _) = await server.SendAsync(HttpMethod.Get, "/lab/d/download", null, ("Range", range));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1000, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_range_with_a_condition_gets_the_whole_file()
    {
        var (response, _) = await server.SendAsync(
            HttpMethod.Get,
            "/lab/d/download",
            null,
            ("Range", "bytes=0-1"),
            ("If-Range", "\"old\"")
        );

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_range_outside_the_file_is_a_416_that_tells_its_size()
    {
        var (response, body) = await server.SendAsync(
            HttpMethod.Get,
            "/lab/d/download",
            null,
            ("Range", "bytes=1000-")
        );

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal("bytes */1000", response.Content.Headers.ContentRange!.ToString());
        Assert.Equal("RANGE_NOT_SATISFIABLE", body.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_failure_before_the_first_byte_is_the_envelope()
    {
        var (response, body) = await server.GetAsync("/lab/early/download");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("NOT_FOUND", body.GetProperty("error").GetProperty("code").GetString());
        Assert.Null(response.Content.Headers.ContentDisposition);
        Assert.Null(response.Headers.ETag);
        Assert.True(response.Headers.Contains("x-request-id"));
    }

    [Fact]
    public async Task A_failure_after_the_first_byte_breaks_the_connection()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Client.GetByteArrayAsync("/lab/late/download"));
    }

    [Fact]
    public async Task The_range_is_no_query_parameter()
    {
        var (response, _) = await server.GetAsync("/lab/d/download?range.first=1");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
