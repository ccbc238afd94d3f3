using System.Net;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

public sealed class StreamTests(RestServer server) : IClassFixture<RestServer>
{
    [Fact]
    public async Task A_stream_is_one_line_per_message()
    {
        var response = await server.Client.GetAsync("/lab/watch?count=3");

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("{\"number\":1}\n{\"number\":2}\n{\"number\":3}\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_empty_stream_is_an_empty_answer()
    {
        var response = await server.Client.GetAsync("/lab/watch");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        Assert.Empty(await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_failure_after_the_first_line_is_the_last_line()
    {
        var response = await server.Client.GetAsync("/lab/watch?count=3&failAfter=2");

        var lines = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("""{"error":{"code":"UNAVAILABLE",""", lines[2], StringComparison.Ordinal);
        Assert.Contains("requestId", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_before_the_first_line_is_the_envelope()
    {
        var (response, body) = await server.GetAsync("/lab/watch?failAfter=-1");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.False(body.GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task Rows_are_lines_and_keep_the_columns_of_the_first_message()
    {
        var text = await server.Client.GetStringAsync("/lab/rows");

        Assert.Equal(
            """
            {"id":1,"name":"a","id_2":"1.10"}
            {"id":null,"name":{"a": 1},"id_2":null}
            {"id":true,"name":null,"id_2":null}

            """,
            text
        );
    }

    [Theory]
    [InlineData("{\"number\":1}\n{\"number\":2}\r\n\n{\"number\":3}", 6)]
    [InlineData("{\"number\":4}\n", 4)]
    [InlineData("", 0)]
    public async Task A_client_stream_is_read_line_by_line(string lines, int sum)
    {
        var (response, body) = await server.SendAsync(HttpMethod.Post, "/lab/collect", Lines(lines));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(sum, body.GetProperty("data").GetProperty("number").GetInt32());
    }

    [Fact]
    public async Task A_fault_in_a_line_names_the_line()
    {
        var (response, body) = await server.SendAsync(
            HttpMethod.Post,
            "/lab/collect",
            Lines("{\"number\":1}\n{\"number\":\"x\"}\n")
        );

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("[1].number", body.GetProperty("error").GetProperty("details").GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task A_line_over_the_limit_is_refused_however_it_arrives(string end)
    {
        var line = new string(' ', RestServer.BodyLimit) + "{\"number\":1}" + end;

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/lab/collect", Lines(line));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("[0]", body.GetProperty("error").GetProperty("details").GetProperty("field").GetString());
    }

    [Fact]
    public async Task Rows_are_objects_by_column_name()
    {
        var (_, body) = await server.GetAsync("/lab/table");

        Assert.Equal("1.10", body.GetProperty("data").GetProperty("rows")[0].GetProperty("id_2").GetString());
        Assert.Equal(3, body.GetProperty("data").GetProperty("columns").GetArrayLength());
    }

    private static StringContent Lines(string text) => new(text, System.Text.Encoding.UTF8, "application/x-ndjson");
}
