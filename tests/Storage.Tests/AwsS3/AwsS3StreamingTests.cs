using System.Security.Cryptography;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>What large content costs; nothing else may run meanwhile.</summary>
[Collection(typeof(RunsAlone))]
public sealed class AwsS3StreamingTests(CephStore store)
{
    private const int Size = 200 * 1024 * 1024;
    private const int MostAllocated = Size / 2;

    [Fact]
    public async Task Two_hundred_megabytes_stream_through_bounded_memory()
    {
        var token = TestContext.Current.CancellationToken;
        using var connector = await store.OpenAsync();
        var key = $"streaming/{Guid.NewGuid():N}";
        using var source = new PatternStream(Size);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await connector.PutAsync(key, source, new PutOptions(), token);
        await using var opened = await connector.GetAsync(key, ReadOptions.Default, token);
        var hash = await SHA256.HashDataAsync(opened.Content, token);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        using var again = new PatternStream(Size);
        Assert.Equal(await SHA256.HashDataAsync(again, token), hash);
        Assert.InRange(allocated, 0, MostAllocated);
        await connector.DeleteAsync(key, versionId: null, token);
    }
}
