using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

/// <summary>Records that a folder cannot give, or can take in one order only.</summary>
public sealed class LocalFsRecordFaultTests : IDisposable
{
    private readonly LocalFsFixture _files = new();
    private readonly LocalFsFixture _copies = new();

    public void Dispose()
    {
        _files.Dispose();
        _copies.Dispose();
    }

    [Fact]
    public async Task A_damaged_object_fails_alone()
    {
        await _files.PutAsync("a", "secret", new PutOptions { Encrypt = true });
        await _files.PutAsync("b", "plain");
        var bytes = await File.ReadAllBytesAsync(_files.PathOf("a"), TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(_files.PathOf("a"), bytes, TestContext.Current.CancellationToken);
        var page = await _files.Store.ReadAsync(new RecordQuery(ObjectRecords.Files), default);
        var results = await WriteAsync([.. page.Records]);

        Assert.Equal("OBJECT_DAMAGED", results[0].Error?.Code);
        Assert.Null(results[1].Error);
        Assert.Equal(["b"], await _copies.KeysAsync());
    }

    [Theory]
    [InlineData("x", "x/y")]
    [InlineData("x/y", "x")]
    public async Task A_file_and_a_folder_of_one_name_take_turns_within_a_batch(string old, string now)
    {
        await _copies.PutAsync(old, "old");
        await _files.PutAsync(now, "new");
        var page = await _files.Store.ReadAsync(new RecordQuery(ObjectRecords.Files), default);
        var results = await WriteAsync(page.Records[0], new SyncRecord { Id = old, IsDeleted = true });

        Assert.All(results, result => Assert.Null(result.Error));
        Assert.Equal([now], await _copies.KeysAsync());
    }

    [Fact]
    public async Task Deleting_what_lies_below_a_file_finds_it_gone()
    {
        await _copies.PutAsync("x", "file");
        Assert.Null(Assert.Single(await WriteAsync(new SyncRecord { Id = "x/y", IsDeleted = true })).Error);
        Assert.Equal(["x"], await _copies.KeysAsync());
    }

    [Fact]
    public async Task A_root_that_cannot_be_fails_the_call()
    {
        await File.WriteAllTextAsync(_copies.Root, "a file", TestContext.Current.CancellationToken);
        await _files.PutAsync("a", "text");
        var page = await _files.Store.ReadAsync(new RecordQuery(ObjectRecords.Files), default);
        await Assert.ThrowsAsync<ConnectorException>(() => WriteAsync([.. page.Records]));
    }

    private async Task<IReadOnlyList<RecordResult>> WriteAsync(params SyncRecord[] records) =>
        await _copies.Store.WriteAsync(new RecordBatch(ObjectRecords.Files, records), default);
}
