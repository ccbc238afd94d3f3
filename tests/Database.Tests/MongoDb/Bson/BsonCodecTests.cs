using System.Globalization;
using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Bson;

/// <summary>Our BSON and our extended JSON against Debian's python3-bson.</summary>
public sealed class BsonCodecTests
{
    /// <summary>Types that python3-bson no longer writes, and dates that no Python holds.</summary>
    public static TheoryData<string, string> Rare =>
        new()
        {
            { "06 75 00", """{"u":{"$undefined":true}}""" },
            { "0e 73 00 03000000 6869 00", """{"s":{"$symbol":"hi"}}""" },
            {
                "0c 70 00 04000000 612e62 00 000102030405060708090a0b",
                """{"p":{"$dbPointer":{"$ref":"a.b","$id":{"$oid":"000102030405060708090a0b"}}}}"""
            },
            { "09 64 00 ffffffffffffff7f", """{"d":{"$date":{"$numberLong":"9223372036854775807"}}}""" },
            { "09 64 00 0000000000000080", """{"d":{"$date":{"$numberLong":"-9223372036854775808"}}}""" },
            { "05 62 00 06000000 02 02000000 ffff", """{"b":{"$binary":{"base64":"//8=","subType":"02"}}}""" },
            { "ff 6d 00", """{"m":{"$minKey":1}}""" },
            { "7f 6d 00", """{"m":{"$maxKey":1}}""" },
        };

    [Fact]
    public async Task Random_documents_are_read_and_written_byte_for_byte()
    {
        using var corpus = await BsonCorpus.MakeAsync();
        var documents = await corpus.DocumentsAsync();

        Assert.Equal(BsonCorpus.Count, documents.Count);
        Assert.All(documents, document => Assert.Equal(document, BsonCopy.Of(document)));
    }

    [Fact]
    public async Task Extended_json_of_python_is_read_byte_for_byte()
    {
        using var corpus = await BsonCorpus.MakeAsync();
        var documents = await corpus.DocumentsAsync();
        var lines = await File.ReadAllLinesAsync(Path.Combine(corpus.Folder, "canonical.jsonl"));

        Assert.Equal(documents.Count, lines.Length);
        Assert.All(lines.Zip(documents), pair => Assert.Equal(pair.Second, BsonCorpus.FromJson(pair.First)));
    }

    [Fact]
    public async Task Extended_json_of_ours_is_read_by_python()
    {
        using var corpus = await BsonCorpus.MakeAsync();
        var documents = await corpus.DocumentsAsync();
        foreach (var isCanonical in new[] { true, false })
        {
            await File.WriteAllLinesAsync(
                Path.Combine(corpus.Folder, isCanonical ? "ours-canonical.jsonl" : "ours-relaxed.jsonl"),
                documents.Select(document => BsonCorpus.ToJson(document, isCanonical))
            );
        }

        // Canonical JSON gives the same bytes again; relaxed JSON says the same as Python's.
        Assert.Equal(BsonCorpus.Count, int.Parse(await corpus.RunAsync("check"), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Decimals_are_shown_and_read_as_python_does()
    {
        using var corpus = await BsonCorpus.MakeAsync();
        var lines = await File.ReadAllLinesAsync(Path.Combine(corpus.Folder, "decimals.txt"));

        Assert.Equal(BsonCorpus.Count, lines.Length);
        Assert.All(
            lines,
            line =>
            {
                var parts = line.Split(' ');
                Assert.Equal(parts[1], ExtendedJsonWriter.Decimal(Convert.FromHexString(parts[0])).ToString());
                Assert.True(Decimal128.TryParse(parts[1], out var parsed));
                Assert.Equal(ExtendedJsonWriter.Decimal(Convert.FromHexString(parts[2])), parsed);
            }
        );
    }

    [Theory]
    [InlineData("0.00", "0.00")]
    [InlineData("12.50", "12.50")]
    [InlineData("-0", "-0")]
    [InlineData("+.5", "0.5")]
    [InlineData("1e3", "1E+3")]
    [InlineData("1000e6111", "1.000E+6114")]
    [InlineData("1e6144", "1.000000000000000000000000000000000E+6144")]
    [InlineData("10e-6177", "1E-6176")]
    [InlineData("00000000000000000000000000000000000000000000001", "1")]
    [InlineData("1000000000000000000000000000000000000000000", "1.000000000000000000000000000000000E+42")]
    [InlineData("0e-9999", "0E-6176")]
    [InlineData("9999999999999999999999999999999999", "9999999999999999999999999999999999")]
    public void Decimal_keeps_every_digit(string text, string shown)
    {
        Assert.True(Decimal128.TryParse(text, out var value));
        Assert.Equal(shown, value.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("e5")]
    [InlineData("1 000")]
    [InlineData("0x10")]
    [InlineData("--1")]
    [InlineData("1e")]
    [InlineData("1e99999999999999999999")]
    [InlineData("12345678901234567890123456789012345")]
    [InlineData("1.2345678901234567890123456789012345")]
    [InlineData("1e6145")]
    [InlineData("15e-6177")]
    public void Decimal_is_never_rounded(string text) => Assert.False(Decimal128.TryParse(text, out _));

    [Theory]
    [MemberData(nameof(Rare))]
    public void Rare_types_are_kept(string element, string json)
    {
        var body = Convert.FromHexString(element.Replace(" ", "", StringComparison.Ordinal));
        byte[] document = [.. BitConverter.GetBytes(body.Length + 5), .. body, 0];

        Assert.Equal(document, BsonCopy.Of(document));
        Assert.Equal(
            json,
            BsonCorpus.ToJson(document, isCanonical: true).Replace("\\u002B", "+", StringComparison.Ordinal)
        );
        Assert.Equal(document, BsonCorpus.FromJson(json));
    }

    [Theory]
    [InlineData(
        """{"$uuid":"c8edabc3-f738-4ca3-b68d-ab92a91478a3"}""",
        """{"$binary":{"base64":"yO2rw/c4TKO2jauSqRR4ow==","subType":"04"}}"""
    )]
    [InlineData("""{"$binary":"AQI=","$type":"00"}""", """{"$binary":{"base64":"AQI=","subType":"00"}}""")]
    [InlineData("""{"$date":"2024-02-29T12:30:45.678+05:30"}""", """{"$date":{"$numberLong":"1709190045678"}}""")]
    [InlineData("""{"$date":"1969-12-31T23:59:59.999Z"}""", """{"$date":{"$numberLong":"-1"}}""")]
    [InlineData("""{"$date":1500}""", """{"$date":{"$numberLong":"1500"}}""")]
    [InlineData(
        """{"$regularExpression":{"pattern":"^a","options":"si"}}""",
        """{"$regularExpression":{"pattern":"^a","options":"is"}}"""
    )]
    [InlineData("""{"$regex":"^a","$options":"i"}""", """{"$regex":"^a","$options":"i"}""")]
    [InlineData("5.0", """{"$numberDouble":"5.0"}""")]
    [InlineData("5", """{"$numberInt":"5"}""")]
    [InlineData("2147483648", """{"$numberLong":"2147483648"}""")]
    public void Other_ways_to_write_a_value_are_read(string json, string canonical) =>
        Assert.Equal(
            $$"""{"v":{{canonical}}}""",
            BsonCorpus
                .ToJson(BsonCorpus.FromJson($$"""{"v":{{json}}}"""), isCanonical: true)
                .Replace("\\u002B", "+", StringComparison.Ordinal)
        );

    [Theory]
    [InlineData("""{"$oid":"xyz"}""")]
    [InlineData("""{"$oid":"000102030405060708090a0b","more":1}""")]
    [InlineData("""{"$oid":7}""")]
    [InlineData("""{"$numberInt":"2147483648"}""")]
    [InlineData("""{"$numberLong":"1.5"}""")]
    [InlineData("""{"$numberDouble":"1e999"}""")]
    [InlineData("""{"$numberDecimal":"one"}""")]
    [InlineData("""{"$binary":{"base64":"?","subType":"00"}}""")]
    [InlineData("""{"$binary":{"base64":"","subType":"100"}}""")]
    [InlineData("""{"$binary":"AQI="}""")]
    [InlineData("""{"$date":"yesterday"}""")]
    [InlineData("""{"$date":{"$numberLong":5}}""")]
    [InlineData("""{"$timestamp":{"t":-1,"i":0}}""")]
    [InlineData("""{"$timestamp":{"t":"1","i":0}}""")]
    [InlineData("""{"$regularExpression":{"pattern":"a\u0000b","options":""}}""")]
    [InlineData("""{"$uuid":"c8edabc3"}""")]
    [InlineData("""{"a\u0000b":1}""")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("9223372036854775808")]
    [InlineData("1e999")]
    public void Malformed_values_are_refused_by_name(string json)
    {
        var error = Assert.Throws<Yyc3.Connectors.Sdk.ConnectorException>(() =>
            BsonCorpus.FromJson($$"""{"v":{{json}}}""")
        );
        Assert.Equal((Yyc3.Connectors.Sdk.ErrorKind.InvalidArgument, "json"), (error.Kind, error.Field));
    }

    [Fact]
    public void Object_ids_are_never_the_same()
    {
        var source = new ObjectIdSource(TimeProvider.System);
        var made = new HashSet<string>(StringComparer.Ordinal);
        Span<byte> id = stackalloc byte[ObjectIdSource.Size];
        for (var count = 0; count < 100_000; count++)
        {
            source.Next(id);
            Assert.True(made.Add(Convert.ToHexStringLower(id)));
        }
    }

    [Fact]
    public void Text_that_is_not_unicode_is_not_written() =>
        Assert.Throws<EncoderFallbackException>(() => new BsonWriter().String("a"u8, "\ud800"));
}
