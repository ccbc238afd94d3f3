using System.Diagnostics;
using System.Security.Cryptography;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Connectors.Tests.Gzip;

[Collection(typeof(RunsAlone))]
public sealed class GzipObjectTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(300_001)]
    public async Task Content_comes_back_and_its_size_is_told(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var stored = await CompressAsync(content);

        Assert.Equal(size, GzipObject.ReadPlainSize(stored.AsSpan()[^GzipObject.TrailerLength..]));
        Assert.Equal(content, await DecompressAsync(stored, 0, size));
    }

    [Fact]
    public async Task Range_counts_in_plain_bytes()
    {
        var content = RandomNumberGenerator.GetBytes(200_000);
        var stored = await CompressAsync(content);
        Assert.Equal(content[65_530..65_545], await DecompressAsync(stored, 65_530, 15, 200_000));
        Assert.Equal(content[^1..], await DecompressAsync(stored, 199_999, 1, 200_000));
    }

    [Fact]
    public async Task Gzip_itself_reads_what_is_stored()
    {
        var content = RandomNumberGenerator.GetBytes(100_000);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, await CompressAsync(content), Token);
        using var gzip = Process.Start(
            new ProcessStartInfo("gzip", ["-dc", "-S", ".tmp", file])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        using var read = new MemoryStream();
        await gzip.StandardOutput.BaseStream.CopyToAsync(read, Token);
        await gzip.WaitForExitAsync(Token);
        File.Delete(file);

        Assert.Equal(0, gzip.ExitCode);
        Assert.Equal(content, read.ToArray());
    }

    [Fact]
    public async Task Damaged_content_is_told()
    {
        var stored = await CompressAsync(RandomNumberGenerator.GetBytes(100_000));
        await AssertDamagedAsync(() => DecompressAsync(stored[..50_000], 0, 100_000));
        stored[50_000] ^= 1;
        await AssertDamagedAsync(() => DecompressAsync(stored, 0, 100_000));
        await AssertDamagedAsync(() => Task.FromResult(GzipObject.ReadPlainSize(stored.AsSpan(0, 34))));
    }

    [Fact]
    public async Task Content_streams_with_little_memory()
    {
        const int Size = 32 * 1024 * 1024;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var source = new PatternStream(Size);
        await using var compressed = GzipObject.Compress(source);
        await using var plain = GzipObject.Decompress(compressed, 0, Size, Size);
        var hash = await SHA256.HashDataAsync(plain, Token);

        using var again = new PatternStream(Size);
        Assert.Equal(await SHA256.HashDataAsync(again, Token), hash);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, Size / 2);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    public async Task Another_length_than_announced_is_refused(int announced)
    {
        using var content = new MemoryStream(new byte[10]);
        await using var source = new AnnouncedStream(content, announced);
        var error = await Assert.ThrowsAsync<ConnectorException>(() => source.CopyToAsync(Stream.Null, Token));
        Assert.Equal((ErrorKind.InvalidArgument, "file"), (error.Kind, error.Field));
        Assert.False(source.HasEnded);
    }

    private static async Task AssertDamagedAsync(Func<Task> action) =>
        Assert.Equal("OBJECT_DAMAGED", (await Assert.ThrowsAsync<ConnectorException>(action)).Code);

    private static async Task<byte[]> CompressAsync(byte[] content)
    {
        using var source = new MemoryStream(content);
        await using var compressed = GzipObject.Compress(source);
        using var stored = new MemoryStream();
        await compressed.CopyToAsync(stored, Token);
        return stored.ToArray();
    }

    private static async Task<byte[]> DecompressAsync(byte[] stored, long first, long length, long? size = null)
    {
        await using var plain = GzipObject.Decompress(new MemoryStream(stored), first, length, size ?? length);
        using var content = new MemoryStream();
        await plain.CopyToAsync(content, Token);
        return content.ToArray();
    }
}
