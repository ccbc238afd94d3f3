using System.IO.Compression;
using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>Compressed objects whose size was not known when their upload began, and those of other programs.</summary>
public sealed class AwsS3GzipTests(CephStore store)
{
    private const int Size = 9_000_000;

    private readonly string _key = $"gzip/{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData((long)Size)]
    public async Task Content_of_several_parts_is_found_with_its_plain_size(long? announced)
    {
        using var connector = await store.OpenAsync(
            more: new Dictionary<string, object>(StringComparer.Ordinal) { ["partSize"] = 5 * 1024 * 1024 }
        );
        var content = new byte[Size];
        new Random(1).NextBytes(content);
        using var source = new MemoryStream(content);
        var options = new PutOptions { Compress = true, ContentLength = announced };
        var stored = await connector.PutAsync(_key, source, options, Token);
        var stat = await connector.StatAsync(_key, versionId: null, Token);

        Assert.Equal((Size, Size), (stored.Size, stat.Size));
        Assert.Empty(stat.Metadata);
        Assert.Equal(content, await ReadAsync(connector, range: null));
        Assert.Equal(content[^9..], await ReadAsync(connector, ByteRange.Suffix(9)));
        Assert.Equal(
            content[8_000_000..8_000_010],
            await ReadAsync(connector, ByteRange.Between(8_000_000, 8_000_009))
        );
        var error = await StoreExtensions.FailsAsync(
            ErrorKind.OutOfRange,
            "RANGE_NOT_SATISFIABLE",
            () => ReadAsync(connector, ByteRange.Between(Size, last: null))
        );
        Assert.Equal("9000000", error.Details?["size"]);
    }

    [Fact]
    public async Task Reading_content_of_unknown_size_takes_no_second_connection()
    {
        using var connector = await store.OpenAsync(
            more: new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["poolSize"] = 1,
                ["partSize"] = 5 * 1024 * 1024,
            }
        );
        var content = new byte[Size];
        new Random(1).NextBytes(content);
        using var source = new MemoryStream(content);
        await connector.PutAsync(_key, source, new PutOptions { Compress = true }, Token);

        var read = await ReadAsync(connector, range: null)
            .WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token);
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task Any_tool_can_read_what_is_stored()
    {
        using var connector = await store.OpenAsync();
        await connector.PutTextAsync(_key, "plain text", new PutOptions { Compress = true });
        using var answer = await (await store.ClientAsync()).GetObjectAsync(CephStore.Bucket, _key, Token);
        await using var plain = new GZipStream(answer.ResponseStream, CompressionMode.Decompress);
        using var reader = new StreamReader(plain);

        Assert.Equal("plain text", await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task What_others_compressed_is_left_as_it_is()
    {
        var content = Encoding.ASCII.GetBytes("looks like anything");
        await (await store.ClientAsync()).PutObjectAsync(
            new Amazon.S3.Model.PutObjectRequest
            {
                BucketName = CephStore.Bucket,
                Key = _key,
                InputStream = new MemoryStream(content),
                Headers = { ContentEncoding = "gzip" },
                UseChunkEncoding = false,
            },
            Token
        );
        using var connector = await store.OpenAsync();

        Assert.Equal(content, await ReadAsync(connector, range: null));
    }

    [Fact]
    public async Task Another_length_than_announced_is_noticed_before_compression()
    {
        using var connector = await store.OpenAsync();
        var options = new PutOptions { Compress = true, ContentLength = 3 };
        var error = await Assert.ThrowsAsync<ConnectorException>(() => connector.PutTextAsync(_key, "four", options));

        Assert.Equal((ErrorKind.InvalidArgument, "file"), (error.Kind, error.Field));
    }

    private async Task<byte[]> ReadAsync(Yyc3.Connectors.AwsS3.AwsS3Connector connector, ByteRange? range)
    {
        await using var opened = await connector.GetAsync(_key, new ReadOptions { Range = range }, Token);
        using var bytes = new MemoryStream();
        await opened.Content.CopyToAsync(bytes, Token);
        return bytes.ToArray();
    }
}
