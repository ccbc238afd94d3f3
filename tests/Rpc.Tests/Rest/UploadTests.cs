using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

public sealed class UploadTests(RestServer server) : IClassFixture<RestServer>
{
    private const string Path = "/lab/u-1/upload";
    private static readonly byte[] File = RandomNumberGenerator.GetBytes(200_000);

    public static TheoryData<string> Orders =>
        [
            "path,name,metadata,options,file",
            "options,metadata,name,path,file",
            "file,path,name,metadata,options",
            "path,file,name,metadata,options",
            "path,name,metadata,file,options",
        ];

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Parts_may_come_in_any_order(string order)
    {
        var form = Form(order.Split(','));

        var (response, body) = await server.SendAsync(HttpMethod.Post, Path, form);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var data = body.GetProperty("data");
        Assert.Equal(
            """
            {"id":"u-1","path":"/docs","name":"given.bin","metadata":{"author":"语"},"options":{"encrypt":true},"contentType":"application/x-lab"}
            """.Trim(),
            data.GetProperty("header").GetRawText()
        );
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File)), data.GetProperty("sha256").GetString());
        Assert.Equal(File.Length, data.GetProperty("size").GetInt64());
        Assert.Equal(4, data.GetProperty("chunks").GetInt32());
        Assert.Empty(Spooled());
    }

    [Fact]
    public async Task Name_and_content_type_come_from_the_file_when_no_part_gives_them()
    {
        var (_, body) = await server.SendAsync(HttpMethod.Post, Path, Form("path", "file"));

        var header = body.GetProperty("data").GetProperty("header");
        Assert.Equal("报告.bin", header.GetProperty("name").GetString());
        Assert.Equal("application/x-lab", header.GetProperty("contentType").GetString());
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent([]), "file", "empty" } };

        var (response, body) = await server.SendAsync(HttpMethod.Post, Path, form);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(0, body.GetProperty("data").GetProperty("size").GetInt64());
    }

    [Theory]
    [InlineData("metadata", "{\"a\":", "metadata.a")]
    [InlineData("metadata", "[1]", "metadata")]
    [InlineData("options", "{\"encrypt\":\"yes\"}", "options.encrypt")]
    [InlineData("options", "{\"unknown\":1}", "options.unknown")]
    [InlineData("nope", "x", "nope")]
    [InlineData("id", "other", "id")]
    public async Task A_wrong_part_is_named(string part, string text, string field)
    {
        foreach (var fileFirst in new[] { true, false })
        {
            var form = fileFirst ? Form("file") : [];
            form.Add(new StringContent(text), part);
            if (!fileFirst)
            {
                AddFile(form);
            }

            var (response, body) = await server.SendAsync(HttpMethod.Post, Path, form);

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal("INVALID_REQUEST", Code(body));
            Assert.Equal(field, Field(body));
        }
    }

    [Theory]
    [InlineData("path,name", "file")]
    [InlineData("path,path,file", "path")]
    [InlineData("file,file", "file")]
    [InlineData("path,name,metadata,options,file,file", "file")]
    [InlineData("path,name,metadata,options,file,name", "name")]
    public async Task A_missing_file_and_a_part_given_twice_are_refused(string parts, string field)
    {
        var (response, body) = await server.SendAsync(HttpMethod.Post, Path, Form(parts.Split(',')));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(field, Field(body));
    }

    [Fact]
    public async Task A_text_part_over_64_KiB_is_refused()
    {
        var form = Form();
        form.Add(new StringContent(new string('x', 65_537)), "path");

        var (response, body) = await server.SendAsync(HttpMethod.Post, Path, form);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("path", Field(body));
    }

    [Theory]
    [InlineData("path,name,metadata,options,file")]
    [InlineData("file,path")]
    public async Task A_file_over_its_limit_is_a_413(string parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var part in parts.Split(','))
        {
            if (part == "file")
            {
                form.Add(new ByteArrayContent(new byte[50_000_001]), "file", "big");
            }
            else
            {
                AddPart(form, part);
            }
        }

        var (response, body) = await server.SendAsync(HttpMethod.Post, Path, form);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("PAYLOAD_TOO_LARGE", Code(body));
        Assert.Empty(Spooled());
    }

    [Fact]
    public async Task A_file_larger_than_the_servers_body_limit_passes()
    {
        var form = Form("path", "name", "metadata", "options");
        form.Add(new ByteArrayContent(new byte[40_000_000]), "file", "big");

        var (response, body) = await server.SendAsync(HttpMethod.Post, Path, form);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(40_000_000, body.GetProperty("data").GetProperty("size").GetInt64());
    }

    private static MultipartFormDataContent Form(params string[] parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var part in parts)
        {
            AddPart(form, part);
        }

        return form;
    }

    private static void AddPart(MultipartFormDataContent form, string part)
    {
        switch (part)
        {
            case "file":
                AddFile(form);
                break;
            case "path":
                form.Add(new StringContent("/docs"), part);
                break;
            case "name":
                form.Add(new StringContent("given.bin"), part);
                break;
            case "metadata":
                form.Add(new StringContent("""{"author":"语"}"""), part);
                break;
            case "options":
                form.Add(new StringContent("""{"encrypt":true}"""), part);
                break;
        }
    }

    private static void AddFile(MultipartFormDataContent form)
    {
        var file = new ByteArrayContent(File);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/x-lab");
        form.Add(file, "file", "报告.bin");
    }

    private string[] Spooled() =>
        Directory.Exists(server.SpoolDirectory) ? Directory.GetFiles(server.SpoolDirectory) : [];

    private static string? Code(JsonElement body) => body.GetProperty("error").GetProperty("code").GetString();

    private static string? Field(JsonElement body) =>
        body.GetProperty("error").GetProperty("details").GetProperty("field").GetString();
}
