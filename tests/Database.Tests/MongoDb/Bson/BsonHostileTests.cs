using System.Buffers.Binary;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Rows;
using Yyc3.Connectors.MongoDb.Values;
using Yyc3.Connectors.MongoDb.Wire;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Bson;

/// <summary>Bytes that are no BSON end in one kind of error, and cost no memory.</summary>
public sealed class BsonHostileTests
{
    private const long MostMemory = 1_000_000;

    [Fact]
    public async Task Cut_off_documents_are_refused()
    {
        using var corpus = await BsonCorpus.MakeAsync();
        foreach (var document in (await corpus.DocumentsAsync()).Take(200))
        {
            for (var length = 0; length < document.Length; length++)
            {
                Assert.Throws<BsonFormatException>(() => Walk(document.AsSpan(0, length)));
                if (length >= 5)
                {
                    // The length says what is there, and the end looks like one.
                    var cut = document[..length];
                    BinaryPrimitives.WriteInt32LittleEndian(cut, length);
                    cut[^1] = 0;
                    Harmless(cut);
                }
            }
        }
    }

    [Fact]
    public async Task Damaged_documents_never_crash_and_cost_no_memory()
    {
        using var corpus = await BsonCorpus.MakeAsync();
        var random = new Random(7);
        foreach (var document in (await corpus.DocumentsAsync()).Where(document => document.Length > 5))
        {
            for (var round = 0; round < 20; round++)
            {
                var damaged = document.ToArray();
                for (var count = random.Next(1, 5); count > 0; count--)
                {
                    damaged[random.Next(4, damaged.Length)] = (byte)random.Next(256);
                }

                Harmless(damaged);
            }
        }
    }

    [Theory]
    [InlineData("02 61 00 00000000")]
    [InlineData("02 61 00 ffffffff 00")]
    [InlineData("02 61 00 ffffff7f 00")]
    [InlineData("02 61 00 02000000 6162")]
    [InlineData("05 61 00 ffffff7f 00")]
    [InlineData("05 61 00 80808080 00")]
    [InlineData("03 61 00 04000000")]
    [InlineData("03 61 00 ffffff7f 00")]
    [InlineData("04 61 00 06000000 0000")]
    [InlineData("08 61 00 02")]
    [InlineData("0f 61 00 00000000")]
    [InlineData("0f 61 00 0f000000 01000000 00 05000000 00")]
    [InlineData("0f 61 00 0d000000 01000000 00 05000000 00")]
    [InlineData("0f 61 00 ffffff7f 01000000 00 05000000 00")]
    [InlineData("0b 61 00 6162")]
    [InlineData("14 61 00")]
    [InlineData("00 61 00")]
    [InlineData("10 61 62 63")]
    [InlineData("01 61 00 0000")]
    public void Wrong_lengths_are_refused(string element)
    {
        var body = Convert.FromHexString(element.Replace(" ", "", StringComparison.Ordinal));
        byte[] document = [.. BitConverter.GetBytes(body.Length + 5), .. body, 0];

        Assert.Throws<BsonFormatException>(() => Walk(document));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Documents_within_documents_without_end_are_refused(byte type)
    {
        const int Levels = 200_000;
        const int Added = 8;
        var bomb = new byte[5 + (Levels * Added)];
        for (var level = 0; level <= Levels; level++)
        {
            var start = level * 7;
            BinaryPrimitives.WriteInt32LittleEndian(bomb.AsSpan(start), 5 + ((Levels - level) * Added));
            if (level < Levels)
            {
                bomb[start + 4] = type;
                bomb[start + 5] = (byte)'a';
            }
        }

        Assert.Throws<BsonFormatException>(() => Walk(bomb));
        Assert.Throws<BsonFormatException>(() => BsonValues.Json(BsonType.Document, bomb));
    }

    [Fact]
    public async Task Announced_bytes_take_no_memory_before_they_come()
    {
        await using var stream = new MemoryStream(new byte[10]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = MongoReply.ReadAsync(stream, BsonWriter.MaxSize, default);

        Assert.True(reading.IsFaulted);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        await Assert.ThrowsAsync<EndOfStreamException>(() => reading);
    }

    private static void Harmless(byte[] document)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Walk(document);
        }
        catch (BsonFormatException)
        {
            // As it should be.
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
    }

    /// <summary>All that is done with an answer.</summary>
    private static void Walk(ReadOnlySpan<byte> document)
    {
        var columns = new DocumentColumns();
        columns.Add(document);
        BsonValues.Json(BsonType.Document, BsonReader.First(document));
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            _ = BsonValues.Read(reader.Type, reader.Value);
        }
    }
}
