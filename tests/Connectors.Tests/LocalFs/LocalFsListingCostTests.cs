using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

/// <summary>What it costs to look through a folder that other programs fill, again and again as a sync does.</summary>
public sealed class LocalFsListingCostTests : IDisposable
{
    private static readonly DateTime Time = new(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    private readonly LocalFsFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_second_listing_of_unchanged_files_reads_none_of_them()
    {
        Write("a", "one");
        Write("folder/b", "one");
        var first = await VersionsAsync();

        // Whoever looked inside would see another content.
        Write("a", "two");
        Write("folder/b", "two");
        Assert.Equal(first, await VersionsAsync());

        // Nor does another instance, in another process or after a restart.
        using var other = _files.Open();
        var page = await other.ReadAsync(new RecordQuery(ObjectRecords.Files), default);
        Assert.Equal(first, page.Records.Select(record => record.Version));
    }

    [Fact]
    public async Task A_root_that_cannot_be_written_is_listed_without_reading_its_files()
    {
        using var root = new ReadOnlyFolder(_files.Root);
        if (!OperatingSystem.IsLinux() || !root.IsEffective)
        {
            Assert.Skip("An administrator may write everywhere, and may not mount here.");
            return;
        }

        Write("a", "one");
        Write("b", "one");
        root.Set(isWritable: false);
        var first = await VersionsAsync();
        Assert.All(first, Assert.NotNull);

        root.Set(isWritable: true);
        Write("a", "two");
        await File.WriteAllTextAsync(_files.PathOf("b"), "other", TestContext.Current.CancellationToken);
        root.Set(isWritable: false);
        var second = await VersionsAsync();
        Assert.Equal(first[0], second[0]);
        Assert.NotEqual(first[1], second[1]);
        Assert.False(Directory.Exists(_files.Sidecar));
    }

    private void Write(string key, string content)
    {
        _files.WriteFile(key, content);
        File.SetLastWriteTimeUtc(_files.PathOf(key), Time);
    }

    private async Task<IReadOnlyList<string?>> VersionsAsync()
    {
        var page = await _files.Store.ReadAsync(new RecordQuery(ObjectRecords.Files), default);
        return [.. page.Records.Select(record => record.Version)];
    }
}
