using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests;

public sealed class StorageTests(HostProcess host) : IClassFixture<HostProcess>, IDisposable
{
    private readonly RestClient _rest = host.Client();

    public static TheoryData<string> UnsafePaths =>
        [
            "/../x",
            "/a/../../x",
            "/a/./b",
            "/a//b",
            "//a",
            "/..",
            "/a/..",
            "/a\\b",
            "\\..\\x",
            "C:\\x",
            "/a/\u0085b",
            "/a\u0000b",
            "/a\nb",
            "/" + new string('x', 300),
            "/" + string.Concat(Enumerable.Repeat("abcdefgh/", 130)) + "x",
            "/.yyc3/x",
            "/.yyc3",
        ];

    public void Dispose() => _rest.Dispose();

    [Theory]
    [InlineData("file,path,name,metadata,options")]
    [InlineData("path,name,metadata,options,file")]
    [InlineData("name,file,options,path,metadata")]
    public async Task A_form_may_have_its_parts_in_any_order(string order)
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        var content = RandomNumberGenerator.GetBytes(300_000);
        var answer = await _rest.UploadAsync(id, [.. order.Split(',').Select(name => Part(name, content))]);
        Assert.Equal(201, answer.Status);
        Assert.Equal("/documents/2026/02/document.pdf", answer.Data["path"]!.GetValue<string>());
        Assert.Equal(300_000, answer.Data["size"]!.GetValue<int>());
        Assert.Equal("application/pdf", answer.Data["contentType"]!.GetValue<string>());
        Assert.StartsWith("file-", answer.Data["fileId"]!.GetValue<string>(), StringComparison.Ordinal);
        var stat = (
            await _rest.GetAsync($"/v1/integrations/{id}/storage/stat?path=/documents/2026/02/document.pdf")
        ).Data;
        Assert.Equal("John Doe", stat["metadata"]!["author"]!.GetValue<string>());
        Assert.Equal(
            content,
            await _rest.Http.GetByteArrayAsync(new Uri(answer.Data["url"]!.GetValue<string>(), UriKind.Relative))
        );
    }

    [Fact]
    public async Task A_tree_goes_up_and_comes_down_the_same()
    {
        var id = await _rest.CreateAsync("storage", "local-fs", """{"root":"tree"}""");
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["/empty"] = [],
            ["/读我.md"] = Encoding.UTF8.GetBytes("你好"),
            ["/a/b/c/deep.bin"] = RandomNumberGenerator.GetBytes(100_000),
            ["/a/b.txt"] = RandomNumberGenerator.GetBytes(10),
            ["/a.txt"] = RandomNumberGenerator.GetBytes(1),
            ["/big.bin"] = RandomNumberGenerator.GetBytes(5_000_000),
        };
        foreach (var (path, content) in files)
        {
            var slash = path.LastIndexOf('/');
            var answer = await _rest.UploadAsync(
                id,
                ("path", new StringContent(slash == 0 ? "/" : path[..slash]), null),
                ("file", new ByteArrayContent(content), path[(slash + 1)..])
            );
            Assert.True(answer.Status == 201, answer.Body);
        }

        var listed = (await _rest.GetAsync($"/v1/integrations/{id}/storage/files?recursive=true")).Data[
            "files"
        ]!.AsArray();
        Assert.Equal(
            files.Keys.Order(StringComparer.Ordinal),
            listed.Select(file => file!["path"]!.GetValue<string>())
        );
        foreach (var (path, content) in files)
        {
            Assert.Equal(content, await _rest.Http.GetByteArrayAsync(Download(id, path)));
            Assert.Equal(
                content,
                await System.IO.File.ReadAllBytesAsync(Path.Combine(host.DataDirectory, "tree", path[1..]))
            );
        }

        var top = (await _rest.GetAsync($"/v1/integrations/{id}/storage/files")).Data["files"]!.AsArray();
        Assert.DoesNotContain(
            top,
            file => file!["path"]!.GetValue<string>().StartsWith("/a/", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_listing_of_101_files_is_cut_at_100_and_goes_on()
    {
        var folder = Path.Combine(host.DataDirectory, "hundred");
        Directory.CreateDirectory(folder);
        for (var number = 0; number < 101; number++)
        {
            await System.IO.File.WriteAllTextAsync(Path.Combine(folder, $"{number:D3}.txt"), "x");
        }

        var id = await _rest.CreateAsync("storage", "local-fs", """{"root":"hundred"}""");
        var first = (await _rest.GetAsync($"/v1/integrations/{id}/storage/files")).Data;
        Assert.Equal(100, first["files"]!.AsArray().Count);
        Assert.True(first["pagination"]!["truncated"]!.GetValue<bool>());
        var cursor = Uri.EscapeDataString(first["pagination"]!["nextCursor"]!.GetValue<string>());
        var second = (await _rest.GetAsync($"/v1/integrations/{id}/storage/files?cursor={cursor}")).Data;
        Assert.Single(second["files"]!.AsArray());
        Assert.Equal("""{"limit":100,"truncated":false}""", second["pagination"]!.ToJsonString());
    }

    [Fact]
    public async Task A_range_is_206_and_one_outside_is_416()
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        await _rest.UploadAsync(
            id,
            ("path", new StringContent("/"), null),
            ("file", new StringContent("0123456789"), "r.txt")
        );
        using var part = await RangeAsync(id, new RangeHeaderValue(2, 5));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("bytes 2-5/10", part.Content.Headers.ContentRange!.ToString());
        Assert.Equal("2345", await part.Content.ReadAsStringAsync());
        using var suffix = await RangeAsync(id, new RangeHeaderValue(null, 3));
        Assert.Equal("789", await suffix.Content.ReadAsStringAsync());
        using var outside = await RangeAsync(id, new RangeHeaderValue(10, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, outside.StatusCode);
        Assert.Equal("bytes */10", outside.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task An_old_version_is_readable_by_its_id()
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        var first = await _rest.UploadAsync(
            id,
            ("path", new StringContent("/"), null),
            ("file", new StringContent("one"), "v.txt")
        );
        await _rest.UploadAsync(
            id,
            ("path", new StringContent("/"), null),
            ("file", new StringContent("two"), "v.txt")
        );
        var version = first.Data["versionId"]!.GetValue<string>();
        Assert.Equal("two", await _rest.Http.GetStringAsync(Download(id, "/v.txt")));
        Assert.Equal(
            "one",
            await _rest.Http.GetStringAsync(new Uri($"{Download(id, "/v.txt")}&versionId={version}", UriKind.Relative))
        );
        var versions = (await _rest.GetAsync($"/v1/integrations/{id}/storage/versions?path=/v.txt")).Data["versions"]!;
        Assert.Equal(2, versions.AsArray().Count);
    }

    [Fact]
    public async Task Encrypted_and_compressed_files_hold_no_plain_text_and_come_back_whole()
    {
        var id = await _rest.CreateAsync("storage", "local-fs", """{"root":"sealed"}""");
        var text = string.Concat(Enumerable.Repeat("the plain text ", 10_000));
        var answer = await _rest.UploadAsync(
            id,
            ("path", new StringContent("/"), null),
            ("options", new StringContent("""{"encrypt":true,"compress":true}"""), null),
            ("file", new StringContent(text), "s.txt")
        );
        Assert.Equal(201, answer.Status);
        Assert.Equal(text.Length, answer.Data["size"]!.GetValue<int>());
        var stored = await System.IO.File.ReadAllBytesAsync(Path.Combine(host.DataDirectory, "sealed", "s.txt"));
        Assert.True(stored.Length < text.Length / 10);
        Assert.DoesNotContain("plain", Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
        Assert.Equal(text, await _rest.Http.GetStringAsync(Download(id, "/s.txt")));
    }

    [Theory, MemberData(nameof(UnsafePaths))]
    public async Task An_unsafe_path_is_400_wherever_it_is_given(string path)
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        var query = Uri.EscapeDataString(path);
        foreach (var operation in (string[])["download", "stat", "versions"])
        {
            var answer = await _rest.GetAsync($"/v1/integrations/{id}/storage/{operation}?path={query}");
            Assert.True(answer is { Status: 400, Field: "path" }, $"{operation}: {answer.Status} {answer.Body}");
        }

        Assert.Equal(400, (await _rest.DeleteAsync($"/v1/integrations/{id}/storage/files?path={query}")).Status);
        var upload = await _rest.UploadAsync(
            id,
            ("path", new StringContent(path), null),
            ("name", new StringContent("x"), null),
            ("file", new StringContent("x"), "x")
        );
        Assert.True(upload is { Status: 400, Field: "path" }, upload.Body);
    }

    [Fact]
    public async Task Malformed_forms_are_named()
    {
        var id = await _rest.CreateAsync("storage", "local-fs");
        var missing = await _rest.UploadAsync(id, ("path", new StringContent("/"), null));
        Assert.Equal((400, "file"), (missing.Status, missing.Field));
        var metadata = await _rest.UploadAsync(
            id,
            ("metadata", new StringContent("{bad"), null),
            ("file", new StringContent("x"), "x")
        );
        Assert.Equal((400, "metadata"), (metadata.Status, metadata.Field));
        var json = await _rest.PostAsync($"/v1/integrations/{id}/storage/upload", "{}");
        Assert.Equal(415, json.Status);
        using var noBoundary = new StringContent("x");
        noBoundary.Headers.ContentType = new MediaTypeHeaderValue("multipart/form-data");
        using var response = await _rest.Http.PostAsync($"/v1/integrations/{id}/storage/upload", noBoundary);
        Assert.Equal(
            (400, "MALFORMED_MULTIPART"),
            ((int)response.StatusCode, (await RestAnswer.OfAsync(response)).Code)
        );
    }

    [Fact]
    public async Task A_large_file_streams_through_in_bounded_memory()
    {
        const long Size = 256L * 1024 * 1024;
        var id = await _rest.CreateAsync("storage", "local-fs");
        // What the first upload compiles and pools is not what is measured.
        await _rest.UploadAsync(
            id,
            ("path", new StringContent("/"), null),
            ("file", new ByteArrayContent(new byte[8_000_000]), "warm")
        );
        await _rest.Http.GetByteArrayAsync(Download(id, "/warm"));
        var before = host.Memory();
        var peak = before;
        using var source = new RepeatingStream(Size, () => peak = Math.Max(peak, host.Memory()));
        var answer = await _rest.UploadAsync(
            id,
            ("path", new StringContent("/"), null),
            ("name", new StringContent("large"), null),
            ("metadata", new StringContent("{}"), null),
            ("options", new StringContent("{}"), null),
            ("file", new StreamContent(source, 1024 * 1024), "large")
        );
        Assert.True(answer.Status == 201, answer.Body);
        Assert.Equal(Size, answer.Data["size"]!.GetValue<long>());
        await using var download = await _rest.Http.GetStreamAsync(Download(id, "/large"));
        var (hash, length) = await HashAsync(download, () => peak = Math.Max(peak, host.Memory()));
        Assert.Equal((Size, answer.Data["etag"]!.GetValue<string>()), (length, hash));
        Assert.True(
            peak - before < 64 * 1024 * 1024,
            string.Create(CultureInfo.InvariantCulture, $"grew by {peak - before} bytes")
        );
    }

    private static Uri Download(string id, string path) =>
        new($"/v1/integrations/{id}/storage/download?path={Uri.EscapeDataString(path)}", UriKind.Relative);

    private static (string Name, HttpContent Content, string? File) Part(string name, byte[] content)
    {
        if (name != "file")
        {
            var text = name switch
            {
                "path" => "/documents/2026/02",
                "name" => "document.pdf",
                "metadata" => """{"author":"John Doe","version":"1.0.0"}""",
                _ => """{"encrypt":false,"compress":false}""",
            };
            return (name, new StringContent(text), null);
        }

        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return ("file", file, "upload.pdf");
    }

    private static async Task<(string Hash, long Length)> HashAsync(Stream content, Action sample)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1024 * 1024];
        var length = 0L;
        int count;
        while ((count = await content.ReadAsync(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, count);
            length += count;
            if (length % (16 * 1024 * 1024) < count)
            {
                sample();
            }
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), length);
    }

    private async Task<HttpResponseMessage> RangeAsync(string id, RangeHeaderValue range)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Download(id, "/r.txt"));
        request.Headers.Range = range;
        return await _rest.Http.SendAsync(request);
    }
}
