using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>Encryption and compression at rest: unseen by readers, seen in what is stored.</summary>
public abstract class ObjectTreatmentTests : ObjectStoreSuite
{
    private const string Sentence = "the quick brown fox jumps over the lazy dog; ";

    public static TheoryData<bool, bool, int> Treatments
    {
        get
        {
            var data = new TheoryData<bool, bool, int>();
            foreach (var (encrypt, compress) in new[] { (true, false), (false, true), (true, true) })
            {
                foreach (var size in new[] { 0, 1, 65_535, 65_536, 65_537, 131_072, 300_000 })
                {
                    data.Add(encrypt, compress, size);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Treatments))]
    public async Task Treated_content_is_read_back_as_sent(bool encrypt, bool compress, int size)
    {
        var content = Text(size);
        var stored = await PutAsync(Key("a"), content, new PutOptions { Encrypt = encrypt, Compress = compress });
        var stat = await Store.StatAsync(Key("a"), versionId: null, Token);

        Assert.Equal((size, size), (stored.Size, stat.Size));
        Assert.Equal(stored.ETag, stat.ETag);
        Assert.Equal(content, await ReadAsync(Key("a")));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Ranges_count_in_bytes_as_sent(bool encrypt, bool compress)
    {
        var content = Text(300_000);
        await PutAsync(Key("a"), content, new PutOptions { Encrypt = encrypt, Compress = compress });

        foreach (var (first, last) in new[] { (0, 9), (65_530, 65_545), (131_072, 262_143), (299_999, 299_999) })
        {
            var read = await ReadAsync(Key("a"), new ReadOptions { Range = ByteRange.Between(first, last) });
            Assert.Equal(content[first..(last + 1)], read);
        }

        Assert.Equal(content[^5..], await ReadAsync(Key("a"), new ReadOptions { Range = ByteRange.Suffix(5) }));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task What_is_stored_differs_from_what_was_sent(bool encrypt, bool compress)
    {
        await PutAsync(Key("a"), Text(300_000), new PutOptions { Encrypt = encrypt, Compress = compress });
        if (await ReadStoredAsync(Key("a")) is not { } stored)
        {
            return;
        }

        Assert.Equal(-1, stored.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Sentence)));
        Assert.Equal(compress, stored.Length < 100_000);
    }

    [Fact]
    public async Task A_copy_of_a_treated_object_reads_the_same()
    {
        var content = Text(100_000);
        await PutAsync(Key("a"), content, new PutOptions { Encrypt = true, Compress = true });
        await Store.CopyAsync(Key("a"), Key("b"), Token);

        Assert.Equal(content, await ReadAsync(Key("b")));
    }

    [Fact]
    public async Task An_unknown_algorithm_is_refused()
    {
        var options = new PutOptions { Encrypt = true, EncryptionAlgorithm = "ROT13" };
        var error = await Assert.ThrowsAsync<ConnectorException>(() => PutAsync(Key("a"), "x", options));

        Assert.Equal((ErrorKind.InvalidArgument, "options.encryptionAlgorithm"), (error.Kind, error.Field));
    }

    /// <summary>Looks at the bytes at rest.</summary>
    /// <param name="key">Which object.</param>
    /// <returns>The stored bytes, or null when the provider lets nobody see them.</returns>
    protected abstract ValueTask<byte[]?> ReadStoredAsync(string key);

    private static byte[] Text(int length)
    {
        var text = new StringBuilder(length + Sentence.Length);
        while (text.Length < length)
        {
            text.Append(Sentence);
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
