using System.Net;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

public sealed class RoutingTests(RestServer server) : IClassFixture<RestServer>
{
    [Theory]
    [InlineData("/lab/things/a-1", "a-1")]
    [InlineData("/lab/old/a-1/thing", "a-1")]
    [InlineData("/lab/things/special", "the special one")]
    [InlineData("/lab/things/%E8%AF%AD%20枢", "语 枢")]
    [InlineData("/lab/things/a%2Fb", "a/b")]
    public async Task A_path_variable_fills_its_field(string path, string id)
    {
        var (response, body) = await server.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(id, body.GetProperty("data").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_verb_behind_the_path_has_its_own_method()
    {
        var (_, body) = await server.PostAsync("/lab/things/a-1:install", "{}");

        Assert.Equal("installed a-1", body.GetProperty("data").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("/lab/named/shelves/1/items/2/3", "shelves/1/items/2/3")]
    [InlineData("/lab/any/a/b/c:peek", "a/b/c")]
    public async Task A_variable_may_span_segments(string path, string name)
    {
        var (_, body) = await server.GetAsync(path);

        Assert.Equal(name, body.GetProperty("data").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_path_of_any_depth_needs_its_verb()
    {
        var (response, body) = await server.GetAsync("/lab/any/a/b/c");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("ROUTE_NOT_FOUND", Code(body));
    }

    [Fact]
    public async Task Query_parameters_fill_nested_repeated_and_typed_fields()
    {
        var (_, body) = await server.GetAsync(
            "/lab/things?pageSize=7&states=in_progress&states=completed&filter.name=x%20y&filter.colour=COLOUR_RED"
                + "&ids=9007199254740993&ids=-2&archived=true&since=2026-02-03T11:00:00%2B01:00&score=0.5"
        );

        var seen = body.GetProperty("data").GetProperty("seen");
        Assert.Equal(
            """
            {"pageSize":7,"states":["in_progress","completed"],"filter":{"name":"x y","colour":"COLOUR_RED"},"ids":["9007199254740993",-2],"archived":true,"since":"2026-02-03T10:00:00.000Z","score":0.5}
            """.Trim(),
            seen.GetRawText()
        );
    }

    [Theory]
    [InlineData("nope=1", "nope", "is not a known query parameter")]
    [InlineData("filter.nope=1", "filter.nope", "is not a known query parameter")]
    [InlineData("pageSize.x=1", "pageSize.x", "is not a known query parameter")]
    [InlineData("pageSize=abc", "pageSize", "must be an integer")]
    [InlineData("pageSize=", "pageSize", "must be an integer")]
    [InlineData("pageSize=99999999999", "pageSize", "must be between -2147483648 and 2147483647")]
    [InlineData("pageSize=1&pageSize=2", "pageSize", "is given twice")]
    [InlineData("states=STATE_COMPLETED", "states", "must be one of in_progress, completed")]
    [InlineData("archived=yes", "archived", "must be true or false")]
    [InlineData("since=yesterday", "since", "must be an RFC 3339 time such as 2026-02-03T10:00:00.000Z")]
    [InlineData("score=1,5", "score", "must be a number")]
    [InlineData("filter=x", "filter", "cannot be given as text")]
    [InlineData(
        "pageSize=0&filter.colour=RED",
        "filter.colour",
        "must be one of COLOUR_UNSPECIFIED, COLOUR_RED, COLOUR_BLUE"
    )]
    public async Task A_wrong_query_parameter_is_named(string query, string field, string reason)
    {
        var (response, body) = await server.GetAsync("/lab/things?" + query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("INVALID_REQUEST", Code(body));
        Assert.Equal(field, Details(body).GetProperty("field").GetString());
        Assert.Equal(reason, Details(body).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_parameter_of_the_path_or_body_cannot_come_in_the_query()
    {
        var (path, _) = await server.GetAsync("/lab/things/a?id=b");
        var (body, _) = await server.PostAsync("/lab/things?name=b", """{"name":"a"}""");

        Assert.Equal(HttpStatusCode.BadRequest, path.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, body.StatusCode);
    }

    [Fact]
    public async Task A_rule_may_name_the_field_that_is_the_body_and_the_field_that_is_the_answer()
    {
        var (response, body) = await server.SendAsync(
            HttpMethod.Put,
            "/lab/things/t-9?dryRun=true",
            new StringContent("""{"name":"n","id":"other"}""", System.Text.Encoding.UTF8, "application/json")
        );

        var data = body.GetProperty("data");
        Assert.Equal("t-9", data.GetProperty("id").GetString());
        Assert.Equal("n", data.GetProperty("name").GetString());
        Assert.Equal("dry", data.GetProperty("remark").GetString());
        Assert.Equal("\"v2\"", response.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task A_fault_inside_the_body_field_is_named_from_the_message_on()
    {
        var (_, body) = await server.SendAsync(
            HttpMethod.Put,
            "/lab/things/t-9",
            new StringContent(
                """{"parts":[{"label":"a"},{"count":"x"}]}""",
                System.Text.Encoding.UTF8,
                "application/json"
            )
        );

        Assert.Equal("thing.parts[1].count", Details(body).GetProperty("field").GetString());
    }

    private static string? Code(JsonElement body) => body.GetProperty("error").GetProperty("code").GetString();

    private static JsonElement Details(JsonElement body) => body.GetProperty("error").GetProperty("details");
}
