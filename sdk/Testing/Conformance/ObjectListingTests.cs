using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>Order, depth, prefix and pages of listings.</summary>
public abstract class ObjectListingTests : ObjectStoreSuite
{
    /// <summary>Keys whose order shows whether a folder is sorted by its name or by the keys inside it.</summary>
    private static readonly string[] Interleaved =
    [
        "a b",
        "a!/x",
        "a-/x",
        "a-b",
        "a.d/x",
        "a.txt",
        "a/1",
        "a/b",
        "a/b-c",
        "a/b.d/e",
        "a0",
        "aa",
    ];

    [Fact]
    public async Task Keys_come_in_ordinal_order_across_folders()
    {
        foreach (var name in Enumerable.Reverse(Interleaved))
        {
            await PutAsync(Key(name), "x");
        }

        var keys = await KeysAsync(new ListOptions { Prefix = Prefix, Recursive = true });

        Assert.Equal(Interleaved.Select(Key).Order(StringComparer.Ordinal), keys);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Pages_join_to_the_whole_listing(int limit)
    {
        foreach (var name in Interleaved)
        {
            await PutAsync(Key(name), "x");
        }

        var options = new ListOptions
        {
            Prefix = Prefix,
            Recursive = true,
            Limit = limit,
        };
        Assert.Equal(Interleaved.Select(Key).Order(StringComparer.Ordinal), await KeysAsync(options));
    }

    [Fact]
    public async Task Without_recursion_only_direct_children_are_listed()
    {
        await PutAsync(Key("b"), "x");
        await PutAsync(Key("a.txt"), "x");
        await PutAsync(Key("folder/inside"), "x");
        await PutAsync(Key("folder/deeper/inside"), "x");

        Assert.Equal([Key("a.txt"), Key("b")], await KeysAsync(new ListOptions { Prefix = Prefix }));
        Assert.Equal([Key("folder/inside")], await KeysAsync(new ListOptions { Prefix = Key("folder/") }));
    }

    [Fact]
    public async Task A_prefix_is_a_folder_and_not_the_start_of_a_name()
    {
        await PutAsync(Key("docs/a"), "x");
        await PutAsync(Key("docs2/b"), "x");
        await PutAsync(Key("docs.txt"), "x");

        Assert.Equal([Key("docs/a")], await KeysAsync(new ListOptions { Prefix = Key("docs/"), Recursive = true }));
    }

    [Fact]
    public async Task An_unknown_prefix_gives_an_empty_page()
    {
        var page = await Store.ListAsync(new ListOptions { Prefix = Key("nowhere/"), Recursive = true }, Token);

        Assert.Empty(page.Objects);
        Assert.Null(page.NextCursor);
    }

    [Fact]
    public async Task A_full_page_without_more_behind_it_is_the_last()
    {
        await PutAsync(Key("a"), "x");
        await PutAsync(Key("b"), "x");

        var whole = await Store.ListAsync(new ListOptions { Prefix = Prefix, Limit = 2 }, Token);
        var part = await Store.ListAsync(new ListOptions { Prefix = Prefix, Limit = 1 }, Token);

        Assert.Null(whole.NextCursor);
        Assert.NotNull(part.NextCursor);
    }

    [Fact]
    public async Task Listing_describes_objects_as_stat_does()
    {
        var stored = await PutAsync(Key("a"), "text", new PutOptions { ContentType = "text/plain" });
        var page = await Store.ListAsync(new ListOptions { Prefix = Prefix }, Token);

        var listed = Assert.Single(page.Objects);
        Assert.Equal((stored.Size, stored.ETag), (listed.Size, listed.ETag));
    }

    [Fact]
    public async Task Objects_deleted_between_pages_do_not_disturb_the_next()
    {
        foreach (var name in Interleaved)
        {
            await PutAsync(Key(name), "x");
        }

        var options = new ListOptions
        {
            Prefix = Prefix,
            Recursive = true,
            Limit = 4,
        };
        var first = await Store.ListAsync(options, Token);
        await Store.DeleteAsync(first.Objects[^1].Key, versionId: null, Token);
        var rest = await KeysAsync(options with { Cursor = first.NextCursor });

        Assert.Equal(Interleaved.Select(Key).Order(StringComparer.Ordinal).Skip(4), rest);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("%%%")]
    [InlineData("")]
    public async Task A_foreign_cursor_is_refused(string cursor)
    {
        await PutAsync(Key("a"), "x");
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await Store.ListAsync(new ListOptions { Prefix = Prefix, Cursor = cursor }, Token)
        );

        Assert.Equal((ErrorKind.InvalidArgument, "cursor"), (error.Kind, error.Field));
    }

    /// <summary>Lists page by page to the end.</summary>
    /// <param name="options">What to list.</param>
    /// <returns>The keys in the order of the pages.</returns>
    protected async Task<IReadOnlyList<string>> KeysAsync(ListOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var keys = new List<string>();
        ObjectPage page;
        do
        {
            page = await Store.ListAsync(options, Token);
            Assert.InRange(page.Objects.Count, 0, options.Limit);
            keys.AddRange(page.Objects.Select(found => found.Key));
            options = options with { Cursor = page.NextCursor };
        } while (page.NextCursor is not null);

        return keys;
    }
}
