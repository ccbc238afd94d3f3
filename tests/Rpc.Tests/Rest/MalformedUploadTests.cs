using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

public sealed class MalformedUploadTests(RestServer server) : IClassFixture<RestServer>
{
    private const string Path = "/lab/u-1/upload";

    [Theory]
    [InlineData("application/json", 415, "UNSUPPORTED_MEDIA_TYPE")]
    [InlineData("multipart/mixed; boundary=b", 415, "UNSUPPORTED_MEDIA_TYPE")]
    [InlineData("multipart/form-data", 400, "MALFORMED_MULTIPART")]
    [InlineData("multipart/form-data; boundary=", 400, "MALFORMED_MULTIPART")]
    public async Task A_body_that_is_no_form_is_refused(string type, int status, string code)
    {
        var content = new StringContent("--b--");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var (response, body) = await server.SendAsync(HttpMethod.Post, Path, content);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, Code(body));
    }

    public static TheoryData<string> MalformedForms =>
        [
            "",
            "no form at all",
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhalf a fi",
            "--b\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\nx",
            "--b\r\nContent-Disposition: form-data; name=\"path\"",
            "--b\r\n\r\nx\r\n--b--\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"path\"\r\nX-Long: "
                + new string('x', 17_000)
                + "\r\n\r\nx\r\n--b--\r\n",
            string.Concat(
                Enumerable
                    .Range(0, 65)
                    .Select(i =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"--b\r\nContent-Disposition: form-data; name=\"p{i}\"\r\n\r\nx\r\n"
                        )
                    )
            ) + "--b--\r\n",
        ];

    [Theory]
    [MemberData(nameof(MalformedForms))]
    public async Task A_malformed_form_is_a_400(string form)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(form));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");

        var (response, body) = await server.SendAsync(HttpMethod.Post, Path, content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(Code(body) is "MALFORMED_MULTIPART" or "INVALID_REQUEST", Code(body));
        Assert.Empty(Spooled());
    }

    [Fact]
    public async Task A_truncated_file_is_refused_when_it_was_being_streamed()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in new[] { ("path", "/"), ("name", "n"), ("metadata", "{}"), ("options", "{}") })
        {
            text.Append("--b\r\nContent-Disposition: form-data; name=\"")
                .Append(name)
                .Append("\"\r\n\r\n")
                .Append(value)
                .Append("\r\n");
        }

        text.Append("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n").Append(new string('y', 100_000));
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text.ToString()));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");

        var (response, body) = await server.SendAsync(HttpMethod.Post, Path, content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("MALFORMED_MULTIPART", Code(body));
    }

    private string[] Spooled() =>
        Directory.Exists(server.SpoolDirectory) ? Directory.GetFiles(server.SpoolDirectory) : [];

    private static string? Code(JsonElement body) => body.GetProperty("error").GetProperty("code").GetString();
}
