using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

public sealed class OpenApiTests(RestServer server) : IClassFixture<RestServer>
{
    [Fact]
    public async Task Every_mapped_path_is_documented_with_a_stable_id()
    {
        var paths = (await DocumentAsync()).GetProperty("paths");

        Assert.Equal(
            "LabService_CreateThing",
            Operation(paths, "/lab/things", "post").GetProperty("operationId").GetString()
        );
        Assert.Equal(
            "LabService_GetThing_2",
            Operation(paths, "/lab/old/{id}/thing", "get").GetProperty("operationId").GetString()
        );
        Assert.Equal(
            "LabService_InstallThing",
            Operation(paths, "/lab/things/{id}:install", "post").GetProperty("operationId").GetString()
        );
        Assert.Equal(
            "LabService_GetByName",
            Operation(paths, "/lab/named/{name}", "get").GetProperty("operationId").GetString()
        );
        Assert.Equal(
            "LabService_UpdateThing",
            Operation(paths, "/lab/things/{id}", "put").GetProperty("operationId").GetString()
        );
    }

    [Fact]
    public async Task Ids_are_unique_and_every_reference_leads_somewhere()
    {
        var document = await DocumentAsync();
        var ids = document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value.GetProperty("operationId").GetString()!)
            .ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var reference in References(document))
        {
            var target = document;
            foreach (var step in reference.TrimStart('#', '/').Split('/'))
            {
                Assert.True(target.TryGetProperty(step, out target), reference);
            }
        }
    }

    [Fact]
    public async Task Comments_limits_spellings_and_headers_are_documented()
    {
        var document = await DocumentAsync();
        var create = Operation(document.GetProperty("paths"), "/lab/things", "post");
        var body = create
            .GetProperty("requestBody")
            .GetProperty("content")
            .GetProperty("application/json")
            .GetProperty("schema");
        var name = body.GetProperty("properties").GetProperty("name");

        Assert.Equal("Creates a thing", create.GetProperty("summary").GetString());
        Assert.Contains("thing:create", create.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal("Its name.", name.GetProperty("description").GetString());
        Assert.Equal(20, name.GetProperty("maxLength").GetInt32());
        Assert.Equal("name", body.GetProperty("required")[0].GetString());
        Assert.Equal(1000, body.GetProperty("properties").GetProperty("size").GetProperty("maximum").GetInt32());
        Assert.False(body.GetProperty("properties").TryGetProperty("internalNote", out _));
        Assert.Equal("Idempotency-Key", create.GetProperty("parameters")[0].GetProperty("name").GetString());
        Assert.True(create.GetProperty("responses").TryGetProperty("201", out var created));
        Assert.True(created.GetProperty("headers").TryGetProperty("ETag", out _));
        Assert.Equal(
            ["STATE_UNSPECIFIED", "in_progress", "completed"],
            Schema(document, "State").GetProperty("enum").EnumerateArray().Select(value => value.GetString())
        );
        Assert.Equal(
            2,
            Schema(document, "Thing")
                .GetProperty("properties")
                .GetProperty("lastErrorAt")
                .GetProperty("type")
                .GetArrayLength()
        );
    }

    [Fact]
    public async Task Query_parameters_are_documented_by_their_dotted_names()
    {
        var parameters = Operation((await DocumentAsync()).GetProperty("paths"), "/lab/things", "get")
            .GetProperty("parameters");

        Assert.Equal(
            ["pageSize", "states", "filter.name", "filter.colour", "ids", "archived", "since", "score"],
            parameters.EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString())
        );
    }

    [Fact]
    public async Task Uploads_downloads_and_streams_have_their_own_media_types()
    {
        var paths = (await DocumentAsync()).GetProperty("paths");

        var form = Operation(paths, "/lab/{id}/upload", "post").GetProperty("requestBody").GetProperty("content");
        Assert.True(
            form.GetProperty("multipart/form-data")
                .GetProperty("schema")
                .GetProperty("properties")
                .TryGetProperty("file", out _)
        );
        var download = Operation(paths, "/lab/{id}/download", "get").GetProperty("responses");
        Assert.True(download.TryGetProperty("206", out _));
        Assert.True(
            download.GetProperty("200").GetProperty("content").TryGetProperty("application/octet-stream", out _)
        );
        var rows = Operation(paths, "/lab/rows", "get")
            .GetProperty("responses")
            .GetProperty("200")
            .GetProperty("content");
        Assert.True(rows.TryGetProperty("application/x-ndjson", out _));
        Assert.False(
            Operation(paths, "/lab/things/{id}", "delete")
                .GetProperty("responses")
                .GetProperty("204")
                .TryGetProperty("content", out _)
        );
    }

    private async Task<JsonElement> DocumentAsync()
    {
        var (_, document) = await server.GetAsync("/openapi.json");
        Assert.Equal("3.1.0", document.GetProperty("openapi").GetString());
        return document;
    }

    private static JsonElement Operation(JsonElement paths, string path, string verb) =>
        paths.GetProperty(path).GetProperty(verb);

    private static JsonElement Schema(JsonElement document, string name) =>
        document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    private static IEnumerable<string> References(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element
                .EnumerateObject()
                .SelectMany(member =>
                    member.NameEquals("$ref") ? [member.Value.GetString()!] : References(member.Value)
                ),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
            _ => [],
        };
}
