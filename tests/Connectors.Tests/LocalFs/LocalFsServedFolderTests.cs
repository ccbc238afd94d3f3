using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

/// <summary>Files that other programs put below the root, change there and take away.</summary>
public sealed class LocalFsServedFolderTests : IDisposable
{
    private readonly LocalFsFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_file_that_was_never_uploaded_is_listed_described_and_read()
    {
        _files.WriteFile("docs/report.pdf", "content");
        File.SetLastWriteTimeUtc(_files.PathOf("docs/report.pdf"), new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var info = await _files.StatAsync("docs/report.pdf");

        Assert.Equal(["docs/report.pdf"], await _files.KeysAsync());
        Assert.Equal("content", await _files.ReadAsync("docs/report.pdf"));
        Assert.Equal((7, "application/pdf"), (info.Size, info.ContentType));
        Assert.Equal(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero), info.LastModified);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("content"u8)), info.ETag);
        Assert.NotNull(info.VersionId);
    }

    [Fact]
    public async Task An_upload_is_an_ordinary_file_at_its_key()
    {
        await _files.PutAsync("docs/a.txt", "text");
        Assert.Equal("text", await File.ReadAllTextAsync(_files.PathOf("docs/a.txt")));
    }

    [Fact]
    public async Task Replacing_a_served_file_keeps_it_as_a_version()
    {
        _files.WriteFile("a.txt", "theirs");
        await _files.PutAsync("a.txt", "ours");
        var versions = await _files.Store.ListVersionsAsync("a.txt", default);

        Assert.Equal(2, versions.Count);
        Assert.Equal("text/plain", versions[1].ContentType);
        Assert.Equal("ours", await _files.ReadAsync("a.txt"));
        Assert.Equal("theirs", await _files.ReadAsync("a.txt", versions[1].VersionId));
    }

    [Fact]
    public async Task A_file_changed_by_others_gets_its_own_etag_and_type()
    {
        var uploaded = await _files.PutAsync("a.html", "uploaded", new PutOptions { ContentType = "text/special" });
        _files.WriteFile("a.html", "replaced");
        var info = await _files.StatAsync("a.html");

        Assert.NotEqual(uploaded.ETag, info.ETag);
        Assert.NotEqual(uploaded.VersionId, info.VersionId);
        Assert.Equal("text/html", info.ContentType);
        Assert.Equal("replaced", await _files.ReadAsync("a.html"));
    }

    [Fact]
    public async Task The_hash_of_an_unchanged_file_is_not_computed_again()
    {
        var time = new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        _files.WriteFile("a.txt", "one");
        File.SetLastWriteTimeUtc(_files.PathOf("a.txt"), time);
        var before = await _files.StatAsync("a.txt");
        _files.WriteFile("a.txt", "two");
        File.SetLastWriteTimeUtc(_files.PathOf("a.txt"), time);

        // Nobody looked inside: size, time and inode are the same.
        Assert.Equal(before.ETag, (await _files.StatAsync("a.txt")).ETag);
    }

    [Fact]
    public async Task A_touched_file_keeps_its_metadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "ada" };
        var uploaded = await _files.PutAsync("a", "text", new PutOptions { Metadata = metadata });
        File.SetLastWriteTimeUtc(_files.PathOf("a"), new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var info = await _files.StatAsync("a");

        Assert.Equal(metadata, info.Metadata);
        Assert.Equal(uploaded.VersionId, info.VersionId);
    }

    [Fact]
    public async Task A_copy_of_the_whole_root_serves_the_same_objects()
    {
        var options = new PutOptions { Encrypt = true, ContentType = "text/special" };
        var first = await _files.PutAsync("a", "first", options);
        var second = await _files.PutAsync("a", "second", options);
        Directory.Move(_files.Root, _files.Root + "-old");
        foreach (var path in Directory.EnumerateFiles(_files.Root + "-old", "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_files.Root, Path.GetRelativePath(_files.Root + "-old", path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
            File.SetLastWriteTimeUtc(copy, new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        using var store = _files.Open();
        Assert.Equal(second, (await _files.StatAsync("a")) with { Metadata = second.Metadata });
        Assert.Equal("second", await _files.ReadAsync("a"));
        Assert.Equal("first", await _files.ReadAsync("a", first.VersionId));
    }

    [Fact]
    public async Task Deleting_removes_empty_folders_but_not_the_root()
    {
        await _files.PutAsync("a/b/c/one", "x");
        await _files.PutAsync("a/two", "x");
        await _files.Store.DeleteAsync("a/b/c/one", versionId: null, default);
        Assert.False(Directory.Exists(_files.PathOf("a/b")));
        Assert.True(File.Exists(_files.PathOf("a/two")));

        await _files.Store.DeleteAsync("a/two", versionId: null, default);
        Assert.False(Directory.Exists(_files.PathOf("a")));
        Assert.True(Directory.Exists(_files.Root));
    }

    [Fact]
    public async Task Deleting_the_current_version_by_id_leaves_the_older_ones_readable()
    {
        var first = await _files.PutAsync("a", "first");
        var second = await _files.PutAsync("a", "second");
        await _files.Store.DeleteAsync("a", second.VersionId, default);

        var missing = await LocalFsFixture.FailsAsync(() => _files.StatAsync("a"));
        Assert.Equal("OBJECT_NOT_FOUND", missing.Code);
        var gone = await LocalFsFixture.FailsAsync(() => _files.ReadAsync("a", second.VersionId));
        Assert.Equal("VERSION_NOT_FOUND", gone.Code);
        Assert.Equal("first", await _files.ReadAsync("a", first.VersionId));
    }

    [Fact]
    public async Task More_names_in_a_folder_than_a_page_holds_are_all_listed()
    {
        var names = Enumerable.Range(0, 25).Select(number => $"n{number:d2}").ToList();
        foreach (var name in names)
        {
            _files.WriteFile(name, name);
        }

        Directory.CreateDirectory(_files.PathOf("empty/folder"));
        Directory.CreateDirectory(_files.PathOf("n05-empty"));
        var keys = new List<string>();
        var options = new ListOptions { Recursive = true, Limit = 3 };
        ObjectPage page;
        do
        {
            page = await _files.Store.ListAsync(options, default);
            keys.AddRange(page.Objects.Select(found => found.Key));
            options = options with { Cursor = page.NextCursor };
        } while (page.NextCursor is not null);

        Assert.Equal(names, keys);
    }

    [Fact]
    public async Task A_cursor_of_another_folder_is_foreign()
    {
        _files.WriteFile("x/a", "1");
        _files.WriteFile("x/b", "2");
        var page = await _files.Store.ListAsync(new ListOptions { Prefix = "x/", Limit = 1 }, default);
        var error = await LocalFsFixture.FailsAsync(async () =>
            await _files.Store.ListAsync(new ListOptions { Limit = 1, Cursor = page.NextCursor }, default)
        );

        Assert.Equal((ErrorKind.InvalidArgument, "cursor"), (error.Kind, error.Field));
    }

    [Fact]
    public async Task Instances_on_the_same_root_exclude_each_other()
    {
        using var other = _files.Open();
        var stores = new IObjectStore[] { _files.Store, other };
        for (var round = 0; round < 15; round++)
        {
            var key = $"race/{round}";
            var winners = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(number => TryCreateAsync(stores[number % 2], key, number))
            );

            var winner = Assert.Single(winners, number => number is not null);
            Assert.Equal($"{winner}", await _files.ReadAsync(key));
            Assert.Equal($"by/{winner}", (await _files.StatAsync(key)).ContentType);
            Assert.Single(await _files.Store.ListVersionsAsync(key, default));
        }
    }

    [Fact]
    public async Task Deleting_siblings_while_others_are_stored_loses_nothing()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(worker =>
                    Task.Run(async () =>
                    {
                        for (var round = 0; round < 25; round++)
                        {
                            var key = $"shared/deep/{worker}";
                            await _files.PutAsync(key, $"{round}");
                            Assert.Equal($"{round}", await _files.ReadAsync(key));
                            await _files.Store.DeleteAsync(key, versionId: null, default);
                        }
                    })
                )
        );

        Assert.Empty(await _files.KeysAsync());
        Assert.False(Directory.Exists(_files.PathOf("shared")));
    }

    private static async Task<int?> TryCreateAsync(IObjectStore store, string key, int number)
    {
        await Task.Yield();
        using var content = new MemoryStream(Encoding.UTF8.GetBytes($"{number}"));
        try
        {
            await store.PutAsync(
                key,
                content,
                new PutOptions { CreateOnly = true, ContentType = $"by/{number}" },
                default
            );
            return number;
        }
        catch (ConnectorException error) when (error.Code == "OBJECT_EXISTS")
        {
            return null;
        }
    }
}
