using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.AwsS3.Settings;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>Copies that S3 does not make by itself.</summary>
public sealed class AwsS3CopyTests(CephStore store) : IDisposable
{
    private readonly ConnectorHarness _harness = new();
    private readonly string _key = $"copy/{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_too_large_for_one_request_is_copied_in_parts()
    {
        var server = await store.ServerAsync();
        var network = new RecordingNetwork();
        var context = network.Watch(
            _harness.Context(CephStore.Settings(server, CephStore.Bucket), CephStore.Credentials())
        );
        var options = AwsS3Options.From(context.Settings) with
        {
            LargestSingleCopy = 1000,
            SmallestCopiedPart = 6_000_000,
        };
        using var connector = new AwsS3Connector(context, options);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["madeBy"] = "ä" };
        var content = new string('x', 14_000_000);
        await connector.PutTextAsync(_key, content, new PutOptions { ContentType = "text/plain", Metadata = metadata });
        var copy = await connector.CopyAsync(_key, _key + "-copy", Token);

        Assert.Equal((14_000_000, "text/plain"), (copy.Size, copy.ContentType));
        Assert.Equal(metadata, copy.Metadata);
        Assert.Equal(content, await connector.ReadTextAsync(_key + "-copy"));
        Assert.Equal(
            ["bytes=0-5999999", "bytes=12000000-13999999", "bytes=6000000-11999999"],
            network.Sent.Select(sent => sent["x-amz-copy-source-range"]).OfType<string>().Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("from with space", "to+plus%20")]
    [InlineData("ünï/文件", "~!*'()&=@:,;$#?")]
    public async Task Odd_keys_are_copied_literally(string from, string to)
    {
        using var connector = await store.OpenAsync();
        await connector.PutTextAsync($"{_key}/{from}", from);
        await connector.CopyAsync($"{_key}/{from}", $"{_key}/{to}", Token);

        Assert.Equal(from, await connector.ReadTextAsync($"{_key}/{to}"));
    }

    [Fact]
    public async Task An_object_copied_onto_itself_stays_what_it_is()
    {
        using var connector = await store.OpenAsync();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "ada" };
        var options = new PutOptions
        {
            ContentType = "text/plain",
            Metadata = metadata,
            Compress = true,
        };
        await connector.PutTextAsync(_key, "content", options);
        var copy = await connector.CopyAsync(_key, _key, Token);

        Assert.Equal((7, "text/plain"), (copy.Size, copy.ContentType));
        Assert.Equal(metadata, copy.Metadata);
        Assert.Equal("content", await connector.ReadTextAsync(_key));
    }

    [Fact]
    public async Task A_copy_in_a_versioned_bucket_names_its_version()
    {
        using var connector = await store.OpenAsync(CephStore.VersionedBucket);
        await connector.PutTextAsync(_key, "x");
        var copy = await connector.CopyAsync(_key, _key + "-copy", Token);

        Assert.Equal(
            [copy.VersionId],
            (await connector.ListVersionsAsync(_key + "-copy", Token)).Select(info => info.VersionId)
        );
    }

    public void Dispose() => _harness.Dispose();
}
