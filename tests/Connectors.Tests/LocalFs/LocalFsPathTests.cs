using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

/// <summary>Keys that must not reach a file, and files that must not be reached.</summary>
public sealed class LocalFsPathTests : IDisposable
{
    private readonly LocalFsFixture _files = new();

    public LocalFsPathTests() => Directory.CreateDirectory(_files.Root);

    public static TheoryData<string> UnsafeKeys =>
        [
            "",
            "/",
            "/etc/passwd",
            "..",
            ".",
            "../files-evil/x",
            "a/../../x",
            "a/..",
            "a/./b",
            "a//b",
            "a/",
            "a\\b",
            "..\\x",
            "a\0b",
            "a\nb",
            "a\u007fb",
            "a\u0085b",
            "a\ud800b",
            "C:/Windows/system.ini",
            ".yyc3",
            ".yyc3/temp/x",
            ".YYC3/objects",
            "inner/.yyc3/objects/x",
            new string('n', 256),
            "a/" + new string('ü', 128),
            string.Join('/', Enumerable.Repeat(new string('n', 200), 6)),
        ];

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(UnsafeKeys))]
    public async Task An_unsafe_key_is_refused_by_every_call(string key)
    {
        await _files.PutAsync("good", "x");
        Func<Task>[] calls =
        [
            () => _files.PutAsync(key, "x"),
            () => _files.ReadAsync(key),
            () => _files.StatAsync(key),
            () => _files.Store.DeleteAsync(key, versionId: null, default).AsTask(),
            () => _files.Store.CopyAsync(key, "copy", default).AsTask(),
            () => _files.Store.CopyAsync("good", key, default).AsTask(),
            () => _files.Store.ListVersionsAsync(key, default).AsTask(),
        ];

        foreach (var call in calls)
        {
            var error = await LocalFsFixture.FailsAsync(call);
            Assert.Equal((ErrorKind.InvalidArgument, "path"), (error.Kind, error.Field));
        }

        Assert.Equal(["good"], await _files.KeysAsync());
    }

    [Theory]
    [InlineData("../")]
    [InlineData("/")]
    [InlineData("a//")]
    [InlineData("a")]
    [InlineData(".yyc3/")]
    [InlineData("a/../b/")]
    public async Task An_unsafe_prefix_is_refused(string prefix)
    {
        var error = await LocalFsFixture.FailsAsync(() => _files.KeysAsync(prefix));
        Assert.Equal((ErrorKind.InvalidArgument, "path"), (error.Kind, error.Field));
    }

    [Theory]
    [InlineData("...")]
    [InlineData("..a")]
    [InlineData("a..b/..c")]
    [InlineData("%2e%2e/x")]
    [InlineData(".yyc3x")]
    [InlineData("a:b")]
    public async Task A_key_that_only_looks_unsafe_is_an_ordinary_name(string key)
    {
        await _files.PutAsync(key, "x");
        Assert.True(File.Exists(_files.PathOf(key)));
        Assert.Equal([key], await _files.KeysAsync());
    }

    [Fact]
    public async Task The_longest_names_fit()
    {
        var key = string.Join('/', Enumerable.Repeat(new string('n', 255), 4));
        await _files.PutAsync(key, "x");
        Assert.Equal([key], await _files.KeysAsync());
    }

    [Fact]
    public async Task The_sidecar_is_not_listed()
    {
        await _files.PutAsync("a", "x");
        Assert.True(Directory.Exists(_files.Sidecar));
        Assert.Equal(["a"], await _files.KeysAsync());
    }

    [Fact]
    public async Task Links_are_neither_followed_nor_listed()
    {
        var outside = Path.Combine(_files.Harness.DataDirectory, "outside");
        Directory.CreateDirectory(outside);
        await File.WriteAllTextAsync(Path.Combine(outside, "secret"), "secret");
        _files.WriteFile("real/a", "x");
        File.CreateSymbolicLink(_files.PathOf("file"), Path.Combine(outside, "secret"));
        File.CreateSymbolicLink(_files.PathOf("inside"), _files.PathOf("real/a"));
        File.CreateSymbolicLink(_files.PathOf("dangling"), Path.Combine(outside, "new"));
        Directory.CreateSymbolicLink(_files.PathOf("folder"), outside);

        foreach (var key in new[] { "file", "inside", "dangling", "folder/secret", "folder/new/deeper" })
        {
            foreach (
                var call in new Func<Task>[]
                {
                    () => _files.ReadAsync(key),
                    () => _files.StatAsync(key),
                    () => _files.PutAsync(key, "overwritten"),
                    () => _files.Store.DeleteAsync(key, versionId: null, default).AsTask(),
                    () => _files.Store.CopyAsync("real/a", key, default).AsTask(),
                }
            )
            {
                var error = await LocalFsFixture.FailsAsync(call);
                Assert.Equal((ErrorKind.InvalidArgument, "path"), (error.Kind, error.Field));
            }
        }

        var listing = await LocalFsFixture.FailsAsync(() => _files.KeysAsync("folder/"));
        Assert.Equal("path", listing.Field);
        Assert.Equal(["real/a"], await _files.KeysAsync());
        Assert.Equal(["secret"], Directory.EnumerateFiles(outside).Select(path => Path.GetFileName(path)));
        Assert.Equal("secret", await File.ReadAllTextAsync(Path.Combine(outside, "secret")));
    }

    [Fact]
    public async Task A_sidecar_that_is_a_link_is_refused()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_files.Harness.DataDirectory, "outside")).FullName;
        Directory.CreateSymbolicLink(_files.Sidecar, outside);
        var error = await LocalFsFixture.FailsAsync(() => _files.PutAsync("a", "x"));

        Assert.Equal((ErrorKind.InvalidArgument, "config.root"), (error.Kind, error.Field));
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Fact]
    public async Task A_file_cannot_take_the_place_of_a_folder()
    {
        await _files.PutAsync("a/b", "x");
        var error = await LocalFsFixture.FailsAsync(() => _files.PutAsync("a", "y"));

        Assert.Equal((ErrorKind.AlreadyExists, "PATH_IS_A_FOLDER"), (error.Kind, error.Code));
        Assert.Equal(["a/b"], await _files.KeysAsync());
        Assert.Equal("OBJECT_NOT_FOUND", (await LocalFsFixture.FailsAsync(() => _files.ReadAsync("a"))).Code);
    }

    [Fact]
    public async Task A_folder_cannot_take_the_place_of_a_file()
    {
        await _files.PutAsync("a", "x");
        foreach (var key in new[] { "a/b", "a/b/c" })
        {
            var error = await LocalFsFixture.FailsAsync(() => _files.PutAsync(key, "y"));
            Assert.Equal((ErrorKind.AlreadyExists, "PATH_IS_A_FILE"), (error.Kind, error.Code));
            Assert.Equal("OBJECT_NOT_FOUND", (await LocalFsFixture.FailsAsync(() => _files.ReadAsync(key))).Code);
        }

        Assert.Equal("x", await _files.ReadAsync("a"));
        Assert.Empty(_files.Temps());
    }

    [Theory]
    [InlineData("../../objects/x")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("0000000000000000zzzzzzzz")]
    public async Task A_version_id_is_never_a_path(string versionId)
    {
        await _files.PutAsync("a", "x");
        foreach (
            var call in new Func<Task>[]
            {
                () => _files.ReadAsync("a", versionId),
                () => _files.StatAsync("a", versionId),
                () => _files.Store.DeleteAsync("a", versionId, default).AsTask(),
            }
        )
        {
            var error = await LocalFsFixture.FailsAsync(call);
            Assert.Equal((ErrorKind.NotFound, "VERSION_NOT_FOUND"), (error.Kind, error.Code));
        }
    }

    [Fact]
    public async Task Names_that_no_key_can_have_are_passed_over()
    {
        _files.WriteFile("good", "x");
        _files.WriteFile("with\\backslash", "x");
        _files.WriteFile("with\nnewline", "x");

        Assert.Equal(["good"], await _files.KeysAsync());
    }
}
