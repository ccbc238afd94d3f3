using System.Security.Cryptography;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>Streaming, broken uploads and callers that race.</summary>
[Collection(typeof(RunsAlone))]
public abstract class ObjectTransferTests : ObjectStoreSuite
{
    /// <summary>Size of the object that must not pass through memory as a whole.</summary>
    protected virtual int LargeSize => 48 * 1024 * 1024;

    [Fact]
    public async Task A_large_object_streams_in_both_directions()
    {
        // What the process does besides only adds to what is measured, so the least of a few counts. It goes two ways, so that
        // one that is held as a whole is more than its size.
        var allocated = long.MaxValue;
        for (var attempt = 0; attempt < 3 && allocated > LargeSize; attempt++)
        {
            allocated = Math.Min(allocated, await TransferAsync(Key($"large{attempt}")));
        }

        Assert.InRange(allocated, 0, LargeSize);
    }

    [Fact]
    public async Task A_source_of_unknown_length_that_trickles_is_stored_whole()
    {
        using var source = new PatternStream(300_000, piece: 777);
        var stored = await Store.PutAsync(Key("trickle"), source, new PutOptions(), Token);

        using var again = new PatternStream(300_000);
        Assert.Equal(300_000, stored.Size);
        Assert.Equal(await SHA256.HashDataAsync(again, Token), SHA256.HashData(await ReadAsync(Key("trickle"))));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    public async Task An_upload_of_another_length_than_announced_is_refused(int announced)
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            PutAsync(Key("a"), Bytes(10), new PutOptions { ContentLength = announced })
        );

        Assert.Equal((ErrorKind.InvalidArgument, "file"), (error.Kind, error.Field));
        await AssertMissingAsync(Key("a"));
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_the_old_object()
    {
        await PutAsync(Key("a"), "old");
        using var cancellation = new CancellationTokenSource();
        using var source = new PatternStream(4 * 1024 * 1024, atHalf: cancellation.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Store.PutAsync(Key("a"), source, new PutOptions(), cancellation.Token)
        );
        Assert.Equal("old", await ReadTextAsync(Key("a")));
    }

    [Fact]
    public async Task A_cancelled_first_upload_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        using var source = new PatternStream(4 * 1024 * 1024, atHalf: cancellation.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Store.PutAsync(Key("new/a"), source, new PutOptions(), cancellation.Token)
        );
        await AssertMissingAsync(Key("new/a"));
        Assert.Empty((await Store.ListAsync(new ListOptions { Prefix = Prefix, Recursive = true }, Token)).Objects);
    }

    [Fact]
    public async Task A_source_that_breaks_leaves_nothing()
    {
        using var source = new PatternStream(
            4 * 1024 * 1024,
            atHalf: () => throw new IOException("The caller hung up.")
        );

        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await Store.PutAsync(Key("broken"), source, new PutOptions(), Token)
        );
        await AssertMissingAsync(Key("broken"));
    }

    [Fact]
    public async Task Replacing_an_object_does_not_change_what_is_being_read()
    {
        var old = Bytes(1024 * 1024, seed: 1);
        await PutAsync(Key("a"), old);
        await using var opened = await Store.GetAsync(Key("a"), ReadOptions.Default, Token);
        var start = new byte[1000];
        await opened.Content.ReadExactlyAsync(start, Token);
        await PutAsync(Key("a"), Bytes(1024 * 1024, seed: 2));
        using var rest = new MemoryStream();
        await opened.Content.CopyToAsync(rest, Token);

        Assert.Equal(old, start.Concat(rest.ToArray()));
    }

    [Fact]
    public async Task Readers_see_one_whole_version_while_writers_race()
    {
        const int Writers = 4;
        var contents = Enumerable.Range(0, Writers).Select(seed => Bytes(70_000 + seed, seed)).ToArray();
        await PutAsync(Key("a"), contents[0], TypedBySize(contents[0]));
        var tags = new System.Collections.Concurrent.ConcurrentDictionary<string, string>(StringComparer.Ordinal);

        await Task.WhenAll([
            .. contents.Select(content => Task.Run(() => WriteManyAsync(content), Token)),
            .. Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadManyAsync(tags), Token)),
        ]);

        Assert.NotEmpty(tags);
        Assert.Subset(
            contents.Select(Hash).ToHashSet(StringComparer.Ordinal),
            tags.Values.ToHashSet(StringComparer.Ordinal)
        );
    }

    /// <summary>Puts and gets a large object; answers the bytes allocated meanwhile.</summary>
    private async Task<long> TransferAsync(string key)
    {
        using var source = new PatternStream(LargeSize);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Store.PutAsync(key, source, new PutOptions { ContentLength = LargeSize }, Token);
        await using var opened = await Store.GetAsync(key, ReadOptions.Default, Token);
        var read = await SHA256.HashDataAsync(opened.Content, Token);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        using var again = new PatternStream(LargeSize);
        Assert.Equal(await SHA256.HashDataAsync(again, Token), read);
        return allocated;
    }

    private static string Hash(byte[] content) => Convert.ToHexString(SHA256.HashData(content));

    private static PutOptions TypedBySize(byte[] content) => new() { ContentType = "size/" + content.Length };

    private async Task WriteManyAsync(byte[] content)
    {
        for (var round = 0; round < 15; round++)
        {
            try
            {
                await PutAsync(Key("a"), content, TypedBySize(content));
            }
            catch (ConnectorException error) when (error.Kind == ErrorKind.Conflict)
            {
                // A provider may let one of two writers lose.
            }
        }
    }

    /// <summary>A tag that stands for two contents, or a description of another version, shows itself here.</summary>
    private async Task ReadManyAsync(System.Collections.Concurrent.ConcurrentDictionary<string, string> tags)
    {
        for (var round = 0; round < 30; round++)
        {
            await using var opened = await Store.GetAsync(Key("a"), ReadOptions.Default, Token);
            using var bytes = new MemoryStream();
            await opened.Content.CopyToAsync(bytes, Token);
            Assert.Equal(opened.Info.Size, bytes.Length);
            var hash = Hash(bytes.ToArray());
            Assert.Equal(hash, tags.GetOrAdd(opened.Info.ETag, hash));
            Assert.Equal("size/" + bytes.Length, opened.Info.ContentType);
        }
    }
}
