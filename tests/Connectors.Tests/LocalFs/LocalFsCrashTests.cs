using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

/// <summary>What a crash, a cancelled call or a caller that hung up leaves behind.</summary>
public sealed class LocalFsCrashTests : IDisposable
{
    private readonly LocalFsFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_crash_between_record_and_rename_leaves_the_old_object_with_its_own_record()
    {
        var first = await _files.PutAsync("a", "first", new PutOptions { ContentType = "text/one" });
        await _files.PutAsync("a", "second", new PutOptions { ContentType = "text/two" });
        UndoRename("a");

        var info = await _files.StatAsync("a");
        Assert.Equal(("text/one", first.ETag, first.VersionId), (info.ContentType, info.ETag, info.VersionId));
        Assert.Equal("first", await _files.ReadAsync("a"));
        Assert.Single(await _files.Store.ListVersionsAsync("a", default));

        await _files.PutAsync("a", "third");
        Assert.Equal("first", await _files.ReadAsync("a", first.VersionId));
        Assert.Equal(2, (await _files.Store.ListVersionsAsync("a", default)).Count);
    }

    [Fact]
    public async Task A_record_without_its_file_lends_nothing_to_the_next_one()
    {
        await _files.PutAsync("a.txt", "first", new PutOptions { ContentType = "text/one" });
        File.Delete(_files.PathOf("a.txt"));
        Assert.Empty(await _files.KeysAsync());

        _files.WriteFile("a.txt", "other");
        Assert.Equal("text/plain", (await _files.StatAsync("a.txt")).ContentType);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_counts_as_missing()
    {
        await _files.PutAsync("a.txt", "text", new PutOptions { ContentType = "text/one" });
        foreach (
            var record in Directory.EnumerateFiles(
                Path.Combine(_files.Sidecar, "objects"),
                "*",
                SearchOption.AllDirectories
            )
        )
        {
            await File.WriteAllTextAsync(record, "{\"key\":");
        }

        Assert.Equal("text/plain", (await _files.StatAsync("a.txt")).ContentType);
        Assert.Equal("text", await _files.ReadAsync("a.txt"));
    }

    [Fact]
    public async Task Uploads_that_broke_off_long_ago_are_swept_when_the_connector_opens()
    {
        await _files.PutAsync("a", "x");
        var temps = Path.Combine(_files.Sidecar, "temp");
        await File.WriteAllTextAsync(Path.Combine(temps, "old"), "x");
        await File.WriteAllTextAsync(Path.Combine(temps, "fresh"), "x");
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        File.SetLastWriteTimeUtc(Path.Combine(temps, "old"), now.AddHours(-25));
        File.SetLastWriteTimeUtc(Path.Combine(temps, "fresh"), now.AddHours(-23));
        using var reopened = _files.Open();
        await reopened.StatAsync("a", versionId: null, default);

        Assert.Equal(["fresh"], _files.Temps().Select(path => Path.GetFileName(path)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_upload_leaves_no_temp_and_no_folder(bool encrypt)
    {
        using var cancellation = new CancellationTokenSource();
        using var source = new PatternStream(4 * 1024 * 1024, atHalf: cancellation.Cancel);
        var options = new PutOptions { Encrypt = encrypt, Compress = encrypt };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await _files.Store.PutAsync("new/a", source, options, cancellation.Token)
        );
        Assert.Empty(_files.Temps());
        Assert.False(Directory.Exists(_files.PathOf("new")));
    }

    [Fact]
    public async Task A_broken_source_fails_with_its_own_exception_and_leaves_no_temp()
    {
        using var source = new PatternStream(4 * 1024 * 1024, atHalf: () => throw new IOException("hung up"));
        var error = await Assert.ThrowsAsync<IOException>(async () =>
            await _files.Store.PutAsync("a", source, new PutOptions(), default)
        );

        Assert.Equal("hung up", error.Message);
        Assert.Empty(_files.Temps());
    }

    [Fact]
    public async Task No_temp_remains_after_uploads_and_copies()
    {
        await _files.PutAsync("a", "x");
        await _files.PutAsync("a", "y", new PutOptions { Encrypt = true });
        await _files.Store.CopyAsync("a", "b", default);
        await LocalFsFixture.FailsAsync(() => _files.PutAsync("a", "z", new PutOptions { CreateOnly = true }));
        await LocalFsFixture.FailsAsync(() => _files.PutAsync("a", "z", new PutOptions { ContentLength = 5 }));

        Assert.Empty(_files.Temps());
    }

    /// <summary>Puts the old file back under its name, as if the rename had not happened any more.</summary>
    private void UndoRename(string key)
    {
        var kept = Assert.Single(
            Directory.EnumerateFiles(Path.Combine(_files.Sidecar, "versions"), "*.data", SearchOption.AllDirectories)
        );
        File.Delete(_files.PathOf(key));
        if (AtomicFile.TryLink(kept, _files.PathOf(key)) != LinkOutcome.Linked)
        {
            File.Copy(kept, _files.PathOf(key));
        }
    }
}
