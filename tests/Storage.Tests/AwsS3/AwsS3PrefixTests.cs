using Amazon.S3.Model;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>An integration keeps to its prefix; keys and listings hold only what callers can ask for.</summary>
public sealed class AwsS3PrefixTests(CephStore store)
{
    private readonly string _folder = "prefix-" + Guid.NewGuid().ToString("N");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_lie_behind_the_prefix_and_are_told_without_it()
    {
        using var connector = await OpenAsync(_folder + "/team");
        var stored = await connector.PutTextAsync("docs/a", "x");
        await connector.CopyAsync("docs/a", "docs/b", Token);
        var client = await store.ClientAsync();

        Assert.Equal("docs/a", stored.Key);
        Assert.EndsWith($"/{_folder}/team/docs/a", stored.Url!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(
            1,
            (await client.GetObjectMetadataAsync(CephStore.Bucket, $"{_folder}/team/docs/a", Token)).ContentLength
        );
        Assert.Equal(["docs/a", "docs/b"], await connector.KeysAsync(new ListOptions { Recursive = true }));
        Assert.Equal(["docs/a"], (await connector.ListVersionsAsync("docs/a", Token)).Select(info => info.Key));
        await connector.DeleteAsync("docs/a", versionId: null, Token);
        Assert.Equal(["docs/b"], await connector.KeysAsync(new ListOptions { Prefix = "docs/" }));
    }

    [Fact]
    public async Task A_neighbour_whose_name_only_begins_alike_is_not_seen()
    {
        using var team = await OpenAsync(_folder + "/team");
        using var neighbour = await OpenAsync(_folder + "/team2");
        await neighbour.PutTextAsync("a", "secret");

        Assert.Empty(await team.KeysAsync(new ListOptions { Recursive = true }));
        await StoreExtensions.FailsAsync(
            ErrorKind.NotFound,
            "OBJECT_NOT_FOUND",
            async () => await team.StatAsync("a", versionId: null, Token)
        );
    }

    [Theory]
    [InlineData("../team2/a")]
    [InlineData("x/../../team2/a")]
    [InlineData("./a")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("")]
    public async Task A_key_that_could_leave_the_prefix_is_refused_everywhere(string key)
    {
        using var connector = await OpenAsync(_folder + "/team");
        await AssertRefusedAsync(() => connector.PutTextAsync(key, "x"));
        await AssertRefusedAsync(async () => await connector.GetAsync(key, ReadOptions.Default, Token));
        await AssertRefusedAsync(async () => await connector.StatAsync(key, versionId: null, Token));
        await AssertRefusedAsync(async () => await connector.DeleteAsync(key, versionId: null, Token));
        await AssertRefusedAsync(async () => await connector.CopyAsync(key, "ok", Token));
        await AssertRefusedAsync(async () => await connector.CopyAsync("ok", key, Token));
        await AssertRefusedAsync(async () => await connector.ListVersionsAsync(key, Token));
        await AssertRefusedAsync(async () => await connector.SignDownloadAsync(key, TimeSpan.FromMinutes(1), Token));
    }

    [Fact]
    public async Task Dots_that_only_look_encoded_are_ordinary_letters()
    {
        using var connector = await OpenAsync(_folder);
        await connector.PutTextAsync("%2e%2e/a", "x");

        Assert.Equal(["%2e%2e/a"], await connector.KeysAsync(new ListOptions { Recursive = true }));
        Assert.Equal("x", await connector.ReadTextAsync("%2e%2e/a"));
    }

    [Fact]
    public void A_key_that_is_too_long_behind_the_prefix_is_refused()
    {
        var keys = new ObjectKeys(new string('p', 500) + "/");
        Assert.Equal(1024, keys.ToStored(new string('k', 523)).Length);
        var error = Assert.Throws<ConnectorException>(() => keys.ToStored(new string('k', 524)));
        Assert.Equal("path", error.Field);
    }

    [Fact]
    public async Task What_no_caller_could_ask_for_is_passed_over_in_listings()
    {
        var client = await store.ClientAsync();
        foreach (var key in new[] { "", "a/", "a/1", "a//2", "a/b/", "b", "c\u0001", "d\\e" })
        {
            await client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = CephStore.Bucket,
                    Key = $"{_folder}/{key}",
                    ContentBody = "x",
                    UseChunkEncoding = false,
                },
                Token
            );
        }

        using var connector = await OpenAsync(_folder);
        Assert.Equal(["a/1", "b"], await connector.KeysAsync(new ListOptions { Recursive = true }));
        Assert.Equal(["b"], await connector.KeysAsync(new ListOptions()));
        Assert.Equal(["a/1"], await connector.KeysAsync(new ListOptions { Prefix = "a/" }));
        Assert.Equal(["a/1"], await connector.KeysAsync(new ListOptions { Recursive = true, Limit = 1 }));
    }

    [Fact]
    public async Task Many_folders_do_not_hide_the_objects_behind_them()
    {
        using var connector = await OpenAsync(_folder);
        for (var number = 0; number < 12; number++)
        {
            await connector.PutTextAsync($"folder-{number:00}/x", "x");
        }

        await connector.PutTextAsync("last", "x");
        var page = await connector.ListAsync(new ListOptions { Limit = 1 }, Token);

        Assert.Equal(["last"], page.Objects.Select(found => found.Key));
        Assert.Null(page.NextCursor);
    }

    private async Task<Yyc3.Connectors.AwsS3.AwsS3Connector> OpenAsync(string prefix) =>
        await store.OpenAsync(more: new Dictionary<string, object>(StringComparer.Ordinal) { ["prefix"] = prefix });

    private static async Task AssertRefusedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(call);
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Contains(error.Field, (string?[])["path", "source", "destination"]);
    }
}
