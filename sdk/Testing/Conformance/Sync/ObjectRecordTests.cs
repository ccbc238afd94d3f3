using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Testing.Conformance.Sync;

/// <summary>What a store's records must do beyond <see cref="RecordSourceTests{TSubject}"/> and <see cref="RecordSinkTests{TSubject}"/>.</summary>
/// <typeparam name="TSubject">The provider.</typeparam>
public abstract class ObjectRecordTests<TSubject> : RecordSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    /// <summary>More than a store takes in one request.</summary>
    private const int Large = 9 * 1024 * 1024;

    private const string Moved = "moved/";

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(1000, false, false)]
    [InlineData(1000, true, false)]
    [InlineData(1000, false, true)]
    [InlineData(Large, false, false)]
    [InlineData(Large, true, false)]
    [InlineData(Large, true, true)]
    public async Task The_tag_of_an_upload_is_the_one_that_is_listed(int size, bool compress, bool encrypt)
    {
        using var content = new PatternStream(size);
        var stored = await Subject.Store.PutAsync(
            "a.bin",
            content,
            new PutOptions { Compress = compress, Encrypt = encrypt },
            Token
        );
        Assert.NotEmpty(stored.ETag);
        Assert.Equal(stored.ETag, Assert.Single(await ReadAllAsync()).Version);
    }

    [Theory]
    [InlineData(Large, true)]
    [InlineData(Large, false)]
    [InlineData(1000, false)]
    public async Task The_version_of_what_is_written_is_the_one_that_is_read(int size, bool isLengthKnown)
    {
        var record = StoreSubject.NewRecord("a.bin", () => new PatternStream(size), isLengthKnown ? size : null);
        var version = Assert.Single(await WriteAsync(record)).Version;
        Assert.NotNull(version);
        Assert.Equal(version, Assert.Single(await ReadAllAsync()).Version);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task Objects_are_moved_with_their_type_and_metadata(bool compress, bool isLengthKnown)
    {
        var options = new PutOptions
        {
            ContentType = "text/x-note",
            ContentLength = isLengthKnown ? 5000 : null,
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "Zoë" },
            Compress = compress,
        };
        await PutAsync("a.note", new string('x', 5000), options);
        Assert.Null(Assert.Single(await WriteAsync(await MoveAsync("a.note"))).Error);

        var info = await Subject.Store.StatAsync(Moved + "a.note", versionId: null, Token);
        Assert.Equal((5000, "text/x-note"), (info.Size, info.ContentType));
        Assert.Equal(options.Metadata, info.Metadata);
        Assert.Equal(new string('x', 5000), await TextAsync(Moved + "a.note"));
    }

    [Fact]
    public async Task An_object_that_is_deleted_before_it_is_opened_fails_alone()
    {
        await PutAsync("a", "gone");
        await PutAsync("b", "there");
        var records = new[] { await MoveAsync("a"), await MoveAsync("b") };
        await Subject.DeleteAsync("a");
        var results = await WriteAsync(records);

        Assert.Equal((ErrorKind.NotFound, "CONTENT_GONE"), (results[0].Error?.Kind, results[0].Error?.Code));
        Assert.Null(results[1].Error);
        Assert.Equal("there", await TextAsync(Moved + "b"));
    }

    [Fact]
    public async Task An_object_that_is_replaced_before_it_is_opened_is_moved_as_it_is_then()
    {
        await PutAsync("a", "short", new PutOptions { ContentType = "text/old" });
        var record = await MoveAsync("a");
        await PutAsync("a", "longer than before", new PutOptions { ContentType = "text/new" });
        Assert.Null(Assert.Single(await WriteAsync(record)).Error);

        Assert.Equal("longer than before", await TextAsync(Moved + "a"));
        Assert.Equal("text/new", (await Subject.Store.StatAsync(Moved + "a", versionId: null, Token)).ContentType);
        // What was listed is not what is there, so the next run looks at it again.
        Assert.NotEqual(record.Version, (await ReadAllAsync()).Single(read => read.Id == "a").Version);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task Content_of_another_length_than_it_tells_fails_alone_and_is_not_stored(int told)
    {
        var wrong = StoreSubject.NewRecord("wrong", () => new PatternStream(5), told);
        var results = await WriteAsync(wrong, Subject.NewRecord("right", "x"));

        Assert.Equal((ErrorKind.InvalidArgument, "file"), (results[0].Error?.Kind, results[0].Error?.Field));
        Assert.Null(results[1].Error);
        Assert.Equal("right", Assert.Single(await ReadAllAsync()).Id);
    }

    [Fact]
    public async Task Keys_that_cannot_be_fail_alone()
    {
        var tooLong = string.Concat(Enumerable.Repeat("ü/", 400)) + "a";
        string[] keys = ["", "/a", "a//b", "a/./b", "a\\b", "a\nb", "\ud800", tooLong];
        var wrong = keys.Select(key => Subject.NewRecord(key, "x"));
        var gone = new SyncRecord { Id = "../a", IsDeleted = true };
        var results = await WriteAsync([.. wrong, gone, Subject.NewRecord("right", "x")]);

        Assert.All(results.SkipLast(1), result => Assert.Equal(ErrorKind.InvalidArgument, result.Error?.Kind));
        Assert.Null(results[^1].Error);
        Assert.Equal("right", Assert.Single(await ReadAllAsync()).Id);
    }

    [Fact]
    public async Task Records_of_other_resources_are_kept_as_json_that_comes_back_as_files()
    {
        var data = """{"id":7,"name":"Zoë"}""";
        var batch = new RecordBatch("customers", [new() { Id = "7", Data = Encoding.UTF8.GetBytes(data) }]);
        var result = Assert.Single(await Subject.Sink!.WriteAsync(batch, Token));

        var read = Assert.Single(await ReadAllAsync());
        Assert.Null(result.Error);
        Assert.Equal(("customers/7.json", result.Version), (read.Id, read.Version));
        Assert.Equal(data, await Subject.ValueOfAsync(read, Token));
        await using var content = await read.Content!.OpenAsync(Token);
        Assert.Equal("application/json", content.ContentType);
    }

    private async Task PutAsync(string key, string text, PutOptions? options = null)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await Subject.Store.PutAsync(key, content, options ?? new PutOptions(), Token);
    }

    /// <summary>A record as it is read, to be written under another key.</summary>
    private async Task<SyncRecord> MoveAsync(string key) =>
        (await ReadAllAsync()).Single(read => read.Id == key) with
        {
            Id = Moved + key,
        };

    private async Task<string> TextAsync(string key)
    {
        await using var content = await Subject.Store.GetAsync(key, ReadOptions.Default, Token);
        using var reader = new StreamReader(content.Content);
        return await reader.ReadToEndAsync(Token);
    }

    private ValueTask<IReadOnlyList<RecordResult>> WriteAsync(params SyncRecord[] records) =>
        Subject.Sink!.WriteAsync(new RecordBatch(Subject.Resource, records), Token);
}
