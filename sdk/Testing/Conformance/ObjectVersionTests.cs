using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>Stores that keep what they replace: <see cref="IVersionedObjects"/>.</summary>
public abstract class ObjectVersionTests : ObjectStoreSuite
{
    private IVersionedObjects Versions => Assert.IsAssignableFrom<IVersionedObjects>(Store);

    /// <summary>Whether the versions of a deleted object can still be read; else they go with it.</summary>
    protected virtual bool KeepsVersionsOfDeleted => true;

    [Fact]
    public async Task Upload_to_an_existing_key_keeps_the_old_version()
    {
        var first = await PutAsync(Key("a"), "first", new PutOptions { ContentType = "text/one" });
        var second = await PutAsync(Key("a"), "second", new PutOptions { ContentType = "text/two" });

        Assert.NotNull(first.VersionId);
        Assert.NotEqual(first.VersionId, second.VersionId);
        Assert.Equal("first", await ReadTextAsync(Key("a"), first.VersionId));
        Assert.Equal("second", await ReadTextAsync(Key("a"), second.VersionId));
        Assert.Equal("second", await ReadTextAsync(Key("a")));
        var stat = await Store.StatAsync(Key("a"), first.VersionId, Token);
        Assert.Equal((first.ETag, "text/one", 5), (stat.ETag, stat.ContentType, stat.Size));
    }

    [Fact]
    public async Task Versions_are_listed_newest_first()
    {
        var stored = new List<ObjectInfo>();
        foreach (var content in new[] { "one", "two", "three" })
        {
            stored.Insert(0, await PutAsync(Key("a"), content));
        }

        var versions = await Versions.ListVersionsAsync(Key("a"), Token);
        Assert.Equal(stored.Select(info => info.VersionId), versions.Select(info => info.VersionId));
        Assert.Equal(stored.Select(info => info.ETag), versions.Select(info => info.ETag));
    }

    [Fact]
    public async Task The_same_content_again_is_a_version_of_its_own()
    {
        await PutAsync(Key("a"), "same");
        await PutAsync(Key("a"), "same");

        Assert.Equal(2, (await Versions.ListVersionsAsync(Key("a"), Token)).Count);
    }

    [Fact]
    public async Task A_deleted_object_stays_readable_by_version()
    {
        var stored = await PutAsync(Key("a"), "kept");
        await Store.DeleteAsync(Key("a"), versionId: null, Token);

        await AssertMissingAsync(Key("a"));
        if (!KeepsVersionsOfDeleted)
        {
            await AssertNoVersionAsync(() => ReadTextAsync(Key("a"), stored.VersionId));
            return;
        }

        Assert.Equal("kept", await ReadTextAsync(Key("a"), stored.VersionId));
        var version = Assert.Single(await Versions.ListVersionsAsync(Key("a"), Token));
        Assert.Equal(stored.VersionId, version.VersionId);
    }

    [Fact]
    public async Task Deleting_a_version_removes_only_that_one()
    {
        var first = await PutAsync(Key("a"), "first");
        var second = await PutAsync(Key("a"), "second");
        await Store.DeleteAsync(Key("a"), first.VersionId, Token);

        Assert.Equal("second", await ReadTextAsync(Key("a")));
        Assert.Equal(
            [second.VersionId],
            (await Versions.ListVersionsAsync(Key("a"), Token)).Select(info => info.VersionId)
        );
        await AssertNoVersionAsync(() => ReadTextAsync(Key("a"), first.VersionId));
    }

    [Fact]
    public async Task An_unknown_version_is_not_found()
    {
        var other = await PutAsync(Key("b"), "other");
        await PutAsync(Key("a"), "x");
        await Store.DeleteAsync(Key("b"), other.VersionId, Token);

        await AssertNoVersionAsync(() => ReadTextAsync(Key("a"), other.VersionId));
        await AssertNoVersionAsync(async () => await Store.StatAsync(Key("a"), other.VersionId, Token));
    }

    [Fact]
    public async Task An_object_that_never_was_has_no_versions() =>
        Assert.Empty(await Versions.ListVersionsAsync(Key("never"), Token));

    [Fact]
    public async Task Ranges_apply_to_old_versions()
    {
        var first = await PutAsync(Key("a"), "0123456789");
        await PutAsync(Key("a"), "other");

        var options = new ReadOptions { VersionId = first.VersionId, Range = ByteRange.Between(2, 4) };
        Assert.Equal("234"u8.ToArray(), await ReadAsync(Key("a"), options));
    }

    private static Task<ConnectorException> AssertNoVersionAsync(Func<Task> call) =>
        AssertFailsAsync(ErrorKind.NotFound, "VERSION_NOT_FOUND", call);
}
