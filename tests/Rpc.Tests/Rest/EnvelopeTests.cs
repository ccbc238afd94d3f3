using System.Net;
using System.Text;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

public sealed class EnvelopeTests(RestServer server) : IClassFixture<RestServer>
{
    [Fact]
    public async Task A_created_thing_is_answered_with_201_in_the_envelope()
    {
        var (response, body) = await server.SendAsync(
            HttpMethod.Post,
            "/lab/things",
            Json("""{"name":"云","size":5,"state":"completed","auth":{"type":"oauth2","clientId":"c"}}"""),
            ("Idempotency-Key", "k-1")
        );

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("\"v1\"", response.Headers.ETag!.Tag);
        Assert.NotNull(response.Content.Headers.ContentLength);
        Assert.Equal(
            """
            {"success":true,"data":{"id":"thing-1","name":"云","size":5,"state":"completed","createdAt":"2026-02-03T10:00:00.000Z","lastErrorAt":null,"parts":[],"labels":{"key":"k-1"},"auth":{"type":"oauth2","clientId":"c"}}}
            """.Trim(),
            body.GetRawText()
        );
    }

    [Fact]
    public async Task A_deletion_is_answered_with_204_and_nothing_else()
    {
        var (response, _) = await server.SendAsync(HttpMethod.Delete, "/lab/things/a");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Null(response.Content.Headers.ContentType);
        Assert.True(response.Headers.Contains("x-request-id"));
    }

    [Fact]
    public async Task Headers_of_the_request_reach_the_service_and_its_trailers_come_back()
    {
        var (response, _) = await server.SendAsync(HttpMethod.Get, "/lab/things/a", null, ("X-Lab", "seen"));

        Assert.Equal("seen", response.Headers.GetValues("x-lab").Single());
    }

    [Fact]
    public async Task A_condition_header_reaches_its_field_without_quotes()
    {
        var (_, body) = await server.SendAsync(HttpMethod.Put, "/lab/things/a", Json("{}"), ("If-Match", "\"v1\""));

        Assert.Equal("v1", body.GetProperty("data").GetProperty("remark").GetString());
    }

    [Theory]
    [InlineData("my-id_1", true)]
    [InlineData("with space", false)]
    [InlineData("", false)]
    public async Task A_usable_request_id_is_echoed(string given, bool echoed)
    {
        var (response, body) = await server.SendAsync(HttpMethod.Get, "/nowhere", null, ("x-request-id", given));

        var id = response.Headers.GetValues("x-request-id").Single();
        Assert.Equal(echoed, id == given);
        Assert.Equal(id, Details(body).GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task An_overlong_request_id_is_replaced()
    {
        var (response, _) = await server.SendAsync(
            HttpMethod.Get,
            "/lab/things/a",
            null,
            ("x-request-id", new string('x', 129))
        );

        Assert.StartsWith("req-", response.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_path_is_a_404_in_the_envelope()
    {
        var (response, body) = await server.GetAsync("/nowhere");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.False(body.GetProperty("success").GetBoolean());
        Assert.Equal("ROUTE_NOT_FOUND", Code(body));
    }

    [Fact]
    public async Task A_wrong_method_is_a_405_that_names_the_right_ones()
    {
        var (response, body) = await server.SendAsync(HttpMethod.Patch, "/lab/things/a");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("METHOD_NOT_ALLOWED", Code(body));
        Assert.Superset(new HashSet<string> { "DELETE", "GET", "PUT" }, response.Content.Headers.Allow.ToHashSet());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task A_body_that_is_no_JSON_is_a_415(string? type)
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/lab/things", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal("UNSUPPORTED_MEDIA_TYPE", Code(body));
    }

    [Fact]
    public async Task A_compressed_body_is_a_415()
    {
        var content = Json("{}");
        content.Headers.Add("Content-Encoding", "gzip");

        var (response, _) = await server.SendAsync(HttpMethod.Post, "/lab/things", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_a_413(bool declared)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"name":"{{new string('x', RestServer.BodyLimit)}}"}""");
        HttpContent content = declared ? new ByteArrayContent(bytes) : new StreamContent(new Unseekable(bytes));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        var (response, body) = await server.SendAsync(HttpMethod.Post, "/lab/things", content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.True(response.Headers.ConnectionClose);
        Assert.Equal("PAYLOAD_TOO_LARGE", Code(body));
    }

    [Fact]
    public async Task A_missing_body_is_a_400()
    {
        var (response, body) = await server.SendAsync(HttpMethod.Post, "/lab/things");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("the body is empty", Details(body).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Broken_JSON_is_a_400_that_says_where()
    {
        var (response, body) = await server.PostAsync("/lab/things", """{"name":"a","parts":[{"label":}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("MALFORMED_JSON", Code(body));
        Assert.Equal("parts[0].label", Details(body).GetProperty("field").GetString());
        Assert.Contains("line 1, byte", Details(body).GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_many_segments_is_read_whole()
    {
        var parts = string.Join(
            ',',
            Enumerable.Range(0, 3).Select(i => $$"""{"label":"{{new string((char)('a' + i), 20_000)}}"}""")
        );

        var (response, body) = await server.PostAsync("/lab/things", $$"""{"name":"n","parts":[{{parts}}]}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(20_000, body.GetProperty("data").GetProperty("parts")[2].GetProperty("label").GetString()!.Length);
    }

    [Fact]
    public async Task A_failure_carries_its_details_typed()
    {
        var (response, body) = await server.GetAsync("/lab/fail/detailed");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
        var details = Details(body);
        Assert.Equal("config.region", details.GetProperty("field").GetString());
        Assert.Equal("Invalid region", details.GetProperty("reason").GetString());
        Assert.True(details.GetProperty("retryable").GetBoolean());
        Assert.Equal(1.5, details.GetProperty("retryAfter").GetDouble());
        Assert.Equal("12", details.GetProperty("size").GetString());
    }

    [Fact]
    public async Task A_crash_is_a_500_that_tells_nothing()
    {
        var (response, body) = await server.GetAsync("/lab/fail/crash");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("INTERNAL", Code(body));
        Assert.DoesNotContain("secret", body.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 400, "INVALID_ARGUMENT")]
    [InlineData(5, 404, "NOT_FOUND")]
    [InlineData(6, 409, "ALREADY_EXISTS")]
    [InlineData(7, 403, "PERMISSION_DENIED")]
    [InlineData(8, 429, "RESOURCE_EXHAUSTED")]
    [InlineData(16, 401, "UNAUTHENTICATED")]
    public async Task A_bare_status_has_its_HTTP_status_and_code(int status, int http, string code)
    {
        var (response, body) = await server.GetAsync($"/lab/fail/{status}");

        Assert.Equal(http, (int)response.StatusCode);
        Assert.Equal(code, Code(body));
        Assert.Equal("Asked for.", body.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Messages_are_Chinese_for_those_who_ask()
    {
        var (_, body) = await server.SendAsync(HttpMethod.Get, "/nowhere", null, ("Accept-Language", "zh-CN,en;q=0.5"));

        Assert.Equal("此路径不存在。", body.GetProperty("error").GetProperty("message").GetString());
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string? Code(JsonElement body) => body.GetProperty("error").GetProperty("code").GetString();

    private static JsonElement Details(JsonElement body) => body.GetProperty("error").GetProperty("details");
}
