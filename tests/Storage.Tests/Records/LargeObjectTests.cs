using System.Security.Cryptography;
using Yyc3.Connectors.LocalFs;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Storage.Tests.AwsS3;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Storage.Tests.Records;

/// <summary>What it costs to move a large object from store to store; nothing else may run meanwhile.</summary>
[Collection(typeof(RunsAlone))]
public sealed class LargeObjectTests(CephStore ceph) : IDisposable
{
    private const long Size = 256 * 1024 * 1024;
    private const long MostAllocated = Size / 2;

    private readonly ConnectorHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task A_quarter_gigabyte_moves_from_a_folder_to_a_bucket_through_bounded_memory()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new LocalFsConnector(_harness.Context());
        using var bucket = await ceph.OpenAsync(
            more: new Dictionary<string, object>(StringComparer.Ordinal) { ["prefix"] = $"large/{Guid.NewGuid():N}" }
        );
        using var pattern = new PatternStream(Size);
        var stored = await folder.PutAsync("a.bin", pattern, new PutOptions(), token);
        var page = await folder.ReadAsync(new RecordQuery(ObjectRecords.Files), token);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var batch = new RecordBatch(ObjectRecords.Files, page.Records);
        var result = Assert.Single(await bucket.WriteAsync(batch, token));
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Null(result.Error);
        Assert.InRange(allocated, 0, MostAllocated);
        await using var opened = await bucket.GetAsync("a.bin", ReadOptions.Default, token);
        Assert.Equal(stored.ETag, Convert.ToHexStringLower(await SHA256.HashDataAsync(opened.Content, token)));
        await bucket.DeleteAsync("a.bin", versionId: null, token);
    }
}
