using System.Text;
using Yyc3.Connectors.LocalFs;
using Yyc3.Connectors.LocalFs.Content;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

/// <summary>What happens to encrypted files that somebody else touches.</summary>
public sealed class LocalFsEncryptionTests : IDisposable
{
    private const int Chunk = 64 * 1024;
    private const int SealedChunk = Chunk + 16;
    private static readonly PutOptions Encrypted = new() { Encrypt = true, EncryptionAlgorithm = "AES256" };
    private readonly LocalFsFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(20)]
    [InlineData(70_000)]
    [InlineData(-1)]
    public async Task A_flipped_bit_is_noticed_even_when_size_and_time_are_the_same(int position)
    {
        await _files.PutAsync("a", new string('x', 200_000), Encrypted);
        await TamperAsync(bytes => bytes[position < 0 ? bytes.Length + position : position] ^= 1);

        await AssertDamagedAsync();
    }

    [Fact]
    public async Task Swapped_chunks_are_noticed()
    {
        await _files.PutAsync("a", new string('x', Chunk * 3), Encrypted);
        await TamperAsync(bytes =>
        {
            var header = bytes.Length - (SealedChunk * 3);
            var first = bytes.AsSpan(header, SealedChunk).ToArray();
            bytes.AsSpan(header + SealedChunk, SealedChunk).CopyTo(bytes.AsSpan(header));
            first.CopyTo(bytes.AsSpan(header + SealedChunk));
        });

        await AssertDamagedAsync();
    }

    [Fact]
    public async Task A_file_cut_between_chunks_is_noticed()
    {
        await _files.PutAsync("a", new string('x', Chunk * 3), Encrypted);
        await using (var file = new FileStream(_files.PathOf("a"), FileMode.Open))
        {
            file.SetLength(file.Length - SealedChunk);
        }

        await AssertDamagedAsync();
    }

    [Fact]
    public async Task The_last_chunk_says_that_it_is_the_last()
    {
        var keys = _files.Harness.Context().Keys;
        var header = PackedHeader.Create(compress: false, keys.Current.Id);
        var path = Path.Combine(_files.Harness.DataDirectory, "sealed");
        await using (var file = File.Create(path))
        {
            await using var sealing = new SealingStream(file, header.Cipher(keys));
            await sealing.WriteAsync(new byte[Chunk * 2]);
            await sealing.FinishAsync(default);
        }

        Assert.Equal(Chunk * 2, await CopyAsync());
        await using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(SealedChunk);
        }

        Assert.Equal("OBJECT_DAMAGED", (await LocalFsFixture.FailsAsync(CopyAsync)).Code);

        async Task<long> CopyAsync()
        {
            await using var opening = new OpeningStream(
                File.OpenHandle(path),
                header.Cipher(keys),
                start: 0,
                position: 0
            );
            using var bytes = new MemoryStream();
            await opening.CopyToAsync(bytes);
            return bytes.Length;
        }
    }

    [Fact]
    public async Task An_encrypted_file_without_its_record_is_never_served_as_content()
    {
        await _files.PutAsync("a", "secret", Encrypted);
        Directory.Delete(_files.Sidecar, recursive: true);

        await AssertDamagedAsync();
        Assert.Equal(["a"], await _files.KeysAsync());
    }

    [Fact]
    public async Task The_same_content_is_never_stored_as_the_same_bytes()
    {
        await _files.PutAsync("a", "secret", Encrypted);
        await _files.PutAsync("b", "secret", Encrypted);

        Assert.NotEqual(
            await File.ReadAllBytesAsync(_files.PathOf("a")),
            await File.ReadAllBytesAsync(_files.PathOf("b"))
        );
    }

    [Fact]
    public async Task Another_tenants_keys_do_not_open_it()
    {
        await _files.PutAsync("a", "secret", Encrypted);
        using var other = new ConnectorHarness { LocalRoots = [_files.Harness.DataDirectory] };
        using var store = new LocalFsConnector(other.Context(new { root = _files.Root }));
        await using var content = await store.GetAsync("a", ReadOptions.Default, default);

        var error = await LocalFsFixture.FailsAsync(() => content.Content.CopyToAsync(Stream.Null));
        Assert.Equal("OBJECT_DAMAGED", error.Code);
    }

    [Fact]
    public async Task Old_versions_stay_encrypted()
    {
        var first = await _files.PutAsync("a", "the first secret", Encrypted);
        await _files.PutAsync("a", "plain");
        var kept = Assert.Single(
            Directory.EnumerateFiles(Path.Combine(_files.Sidecar, "versions"), "*.data", SearchOption.AllDirectories)
        );

        Assert.Equal(-1, (await File.ReadAllBytesAsync(kept)).AsSpan().IndexOf(Encoding.UTF8.GetBytes("secret")));
        Assert.Equal("the first secret", await _files.ReadAsync("a", first.VersionId));
    }

    [Theory]
    [InlineData("aes256")]
    [InlineData("AES128")]
    [InlineData("aws:kms")]
    public async Task Only_one_algorithm_is_known(string algorithm)
    {
        var error = await LocalFsFixture.FailsAsync(() =>
            _files.PutAsync("a", "x", new PutOptions { Encrypt = true, EncryptionAlgorithm = algorithm })
        );
        Assert.Equal((ErrorKind.InvalidArgument, "options.encryptionAlgorithm"), (error.Kind, error.Field));
    }

    private async Task AssertDamagedAsync()
    {
        var error = await LocalFsFixture.FailsAsync(() => _files.ReadAsync("a"));
        Assert.Equal((ErrorKind.MalformedAnswer, "OBJECT_DAMAGED"), (error.Kind, error.Code));
    }

    /// <summary>Changes a file without leaving a trace in its size, time or inode.</summary>
    private async Task TamperAsync(Action<byte[]> change)
    {
        // A time that can be set again exactly; the record takes it over.
        var time = new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_files.PathOf("a"), time);
        var info = await _files.StatAsync("a");
        var bytes = await File.ReadAllBytesAsync(_files.PathOf("a"));
        change(bytes);
        await File.WriteAllBytesAsync(_files.PathOf("a"), bytes);
        File.SetLastWriteTimeUtc(_files.PathOf("a"), time);
        Assert.Equal(info.VersionId, (await _files.StatAsync("a")).VersionId);
    }
}
