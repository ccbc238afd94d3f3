using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>Storing, reading, describing, deleting and copying single objects.</summary>
public abstract class ObjectStoreTests : ObjectStoreSuite
{
    [Fact]
    public async Task What_is_stored_is_read_back_unchanged()
    {
        var content = Bytes(100_000);
        var stored = await PutAsync(
            Key("documents/report.pdf"),
            content,
            new PutOptions { ContentType = "application/pdf" }
        );

        Assert.Equal(Key("documents/report.pdf"), stored.Key);
        Assert.Equal(content.Length, stored.Size);
        Assert.Equal("application/pdf", stored.ContentType);
        Assert.Equal(content, await ReadAsync(stored.Key));
    }

    [Fact]
    public async Task An_empty_object_is_an_object()
    {
        var stored = await PutAsync(Key("empty"), []);

        Assert.Equal(0, stored.Size);
        Assert.Empty(await ReadAsync(stored.Key));
    }

    [Fact]
    public async Task Upload_stat_and_download_describe_the_object_alike()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "ada", ["version"] = "2" };
        var stored = await PutAsync(
            Key("a.txt"),
            "text",
            new PutOptions { ContentType = "text/plain", Metadata = metadata }
        );
        var stat = await Store.StatAsync(stored.Key, versionId: null, Token);
        await using var content = await Store.GetAsync(stored.Key, ReadOptions.Default, Token);

        Assert.All(
            [stored, stat, content.Info],
            info =>
            {
                Assert.Equal(stored.ETag, info.ETag);
                Assert.Equal(4, info.Size);
                Assert.Equal("text/plain", info.ContentType);
                Assert.Equal(stored.VersionId, info.VersionId);
                Assert.Equal(metadata, info.Metadata);
            }
        );
        Assert.Equal((0, 4), (content.First, content.Length));
    }

    [Fact]
    public async Task The_etag_is_not_empty_not_quoted_and_follows_the_content()
    {
        var one = await PutAsync(Key("a"), "one");
        var two = await PutAsync(Key("a"), "two");

        Assert.NotEmpty(one.ETag);
        Assert.DoesNotContain('"', one.ETag);
        Assert.NotEqual(one.ETag, two.ETag);
    }

    [Fact]
    public async Task Storing_again_replaces_content_type_and_metadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "ada" };
        await PutAsync(Key("a"), "old", new PutOptions { ContentType = "text/plain", Metadata = metadata });
        await PutAsync(Key("a"), "newer", new PutOptions { ContentType = "text/html" });
        var stat = await Store.StatAsync(Key("a"), versionId: null, Token);

        Assert.Equal("newer", await ReadTextAsync(Key("a")));
        Assert.Equal("text/html", stat.ContentType);
        Assert.Empty(stat.Metadata);
    }

    [Theory]
    [InlineData("with space.txt")]
    [InlineData("percent%20and+plus")]
    [InlineData("ünïcödé/文件.txt")]
    [InlineData("~!*'()&=@:,;$")]
    [InlineData("#hash?question")]
    [InlineData(".hidden")]
    public async Task A_key_is_taken_literally(string name)
    {
        await PutAsync(Key(name), name);

        Assert.Equal(name, await ReadTextAsync(Key(name)));
        var page = await Store.ListAsync(new ListOptions { Prefix = Prefix, Recursive = true }, Token);
        Assert.Equal([Key(name)], page.Objects.Select(found => found.Key));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await AssertMissingAsync(Key("missing"));
        await AssertFailsAsync(
            ErrorKind.NotFound,
            "OBJECT_NOT_FOUND",
            async () => await Store.GetAsync(Key("missing"), ReadOptions.Default, Token)
        );
        await AssertFailsAsync(
            ErrorKind.NotFound,
            "OBJECT_NOT_FOUND",
            async () => await Store.DeleteAsync(Key("missing"), versionId: null, Token)
        );
        await AssertFailsAsync(
            ErrorKind.NotFound,
            "OBJECT_NOT_FOUND",
            async () => await Store.CopyAsync(Key("missing"), Key("copy"), Token)
        );
    }

    [Fact]
    public async Task A_deleted_object_is_gone()
    {
        await PutAsync(Key("folder/a"), "a");
        await Store.DeleteAsync(Key("folder/a"), versionId: null, Token);

        await AssertMissingAsync(Key("folder/a"));
        Assert.Empty((await Store.ListAsync(new ListOptions { Prefix = Prefix, Recursive = true }, Token)).Objects);
    }

    [Fact]
    public async Task A_deleted_key_can_be_stored_again()
    {
        await PutAsync(Key("a"), "first");
        await Store.DeleteAsync(Key("a"), versionId: null, Token);
        await PutAsync(Key("a"), "second", new PutOptions { CreateOnly = true });

        Assert.Equal("second", await ReadTextAsync(Key("a")));
    }

    [Fact]
    public async Task Create_only_refuses_an_existing_object_and_leaves_it()
    {
        await PutAsync(Key("a"), "first", new PutOptions { CreateOnly = true });
        await AssertFailsAsync(
            ErrorKind.PreconditionFailed,
            "OBJECT_EXISTS",
            () => PutAsync(Key("a"), "second", new PutOptions { CreateOnly = true })
        );

        Assert.Equal("first", await ReadTextAsync(Key("a")));
    }

    [Fact]
    public async Task Of_racing_creators_one_wins_and_its_content_stays()
    {
        for (var round = 0; round < 10; round++)
        {
            var key = Key($"race/{round}");
            var attempts = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => TryCreateAsync(key, number)));

            var winner = Assert.Single(attempts, number => number is not null);
            Assert.Equal($"content {winner}", await ReadTextAsync(key));
        }
    }

    [Fact]
    public async Task A_copy_carries_content_type_and_metadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "ada" };
        await PutAsync(Key("from"), "text", new PutOptions { ContentType = "text/plain", Metadata = metadata });
        var copy = await Store.CopyAsync(Key("from"), Key("into/copy"), Token);
        var stat = await Store.StatAsync(Key("into/copy"), versionId: null, Token);

        Assert.Equal(Key("into/copy"), copy.Key);
        Assert.Equal(("text/plain", 4), (stat.ContentType, stat.Size));
        Assert.Equal(metadata, stat.Metadata);
        Assert.Equal("text", await ReadTextAsync(Key("into/copy")));
    }

    [Fact]
    public async Task A_copy_replaces_and_then_lives_alone()
    {
        await PutAsync(Key("from"), "new");
        await PutAsync(Key("to"), "old");
        await Store.CopyAsync(Key("from"), Key("to"), Token);
        await PutAsync(Key("from"), "newer");

        Assert.Equal("new", await ReadTextAsync(Key("to")));
    }

    private async Task<int?> TryCreateAsync(string key, int number)
    {
        await Task.Yield();
        try
        {
            await PutAsync(key, $"content {number}", new PutOptions { CreateOnly = true });
            return number;
        }
        catch (ConnectorException error) when (error.Kind is ErrorKind.PreconditionFailed or ErrorKind.Conflict)
        {
            return null;
        }
    }
}
