using System.Net;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

public sealed class ValidationTests(RestServer server) : IClassFixture<RestServer>
{
    [Theory]
    [InlineData("""{"size":1}""", "name", "is required")]
    [InlineData("""{"name":""}""", "name", "is required")]
    [InlineData("""{"name":"123456789012345678901"}""", "name", "may have at most 20 characters")]
    [InlineData("""{"name":"a","size":1001}""", "size", "must be between 1 and 1000")]
    [InlineData("""{"name":"a","size":-1}""", "size", "must be between 1 and 1000")]
    [InlineData("""{"name":"a","rank":11}""", "rank", "must be between 0 and 10")]
    [InlineData("""{"name":"a","parts":[{"label":"x"},{"count":1}]}""", "parts[1].label", "is required")]
    [InlineData("""{"name":"a","parts":[{"label":"x","count":6}]}""", "parts[0].count", "must be between 0 and 5")]
    [InlineData("""{"name":"a","partsByName":{"k":{"count":1}}}""", "partsByName.k.label", "is required")]
    [InlineData(
        """{"name":"a","parts":[{"label":"x"},{"label":"x"},{"label":"x"},{"label":"x"}]}""",
        "parts",
        "may have at most 3 items"
    )]
    public async Task A_broken_rule_is_named(string json, string field, string reason)
    {
        var (response, body) = await server.PostAsync("/lab/things", json);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = body.GetProperty("error");
        Assert.Equal("INVALID_REQUEST", error.GetProperty("code").GetString());
        Assert.Equal(field, error.GetProperty("details").GetProperty("field").GetString());
        Assert.Equal(reason, error.GetProperty("details").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("""{"name":"12345678901234567890"}""")]
    [InlineData("""{"name":"😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"}""")]
    [InlineData("""{"name":"a","size":0,"rank":0}""")]
    [InlineData("""{"name":"a","size":1000,"rank":10}""")]
    public async Task A_value_at_its_limit_passes(string json)
    {
        var (response, _) = await server.PostAsync("/lab/things", json);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Query_parameters_are_checked_too()
    {
        var (_, body) = await server.GetAsync("/lab/things?pageSize=101");

        Assert.Equal("pageSize", body.GetProperty("error").GetProperty("details").GetProperty("field").GetString());
    }
}
