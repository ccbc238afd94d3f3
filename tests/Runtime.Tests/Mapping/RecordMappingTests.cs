using System.Text;
using Google.Protobuf;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Tests.Mapping;

/// <summary>What becomes of one record.</summary>
public sealed class RecordMappingTests
{
    [Theory]
    [InlineData("""{"from":"a","to":"b"}""", """{"a":1,"z":2}""", """{"b":1,"z":2}""")]
    [InlineData("""{"from":"a.b","to":"c.d"}""", """{"a":{"b":1}}""", """{"c":{"d":1}}""")]
    [InlineData("""{"from":"$.a[1].b","to":"c"}""", """{"a":[{"b":1},{"b":2}]}""", """{"a":[{"b":1},{"b":2}],"c":2}""")]
    [InlineData(
        """{"from":"$.mails[?(@.main == true)].at","to":"mail"}""",
        """{"mails":[{"at":"x"},{"at":"y","main":true}]}""",
        """{"mail":"y","mails":[{"at":"x"},{"at":"y","main":true}]}"""
    )]
    [InlineData("""{"from":"$['a.b']","to":"c"}""", """{"a.b":5}""", """{"a.b":5,"c":5}""")]
    [InlineData("""{"from":"gone","to":"b"}""", """{"z":2}""", """{"z":2}""")]
    [InlineData("""{"from":"gone","to":"b","default":"none"}""", """{"z":2}""", """{"b":"none","z":2}""")]
    [InlineData("""{"from":"a","to":"b"}""", """{"a":null}""", """{"b":null}""")]
    [InlineData("""{"from":"a","to":"b","default":0}""", """{"a":null}""", """{"b":0}""")]
    [InlineData("""{"to":"b","constant":{"x":[1]}}""", """{"a":1}""", """{"a":1,"b":{"x":[1]}}""")]
    [InlineData(
        """{"to":"b","template":"{first} {last}, {{{n.m}}}"}""",
        """{"first":"A","last":"B","n":{"m":7}}""",
        """{"b":"A B, {7}","first":"A","last":"B","n":{"m":7}}"""
    )]
    [InlineData("""{"from":"a","to":"a","values":{"A":"active","1":true}}""", """{"a":"A"}""", """{"a":"active"}""")]
    [InlineData("""{"from":"a","to":"a","values":{"A":"active","1":true}}""", """{"a":1}""", """{"a":true}""")]
    [InlineData("""{"from":"a","to":"a","values":{"A":"x"},"default":"?"}""", """{"a":"B"}""", """{"a":"?"}""")]
    [InlineData(
        """{"from":"a","to":"a","type":"integer"}""",
        """{"a":"9007199254740993"}""",
        """{"a":9007199254740993}"""
    )]
    [InlineData("""{"from":"a","to":"a","type":"integer"}""", """{"a":2.0}""", """{"a":2}""")]
    [InlineData("""{"from":"a","to":"a","type":"number"}""", """{"a":"1.50"}""", """{"a":1.50}""")]
    [InlineData(
        """{"from":"a","to":"a","type":"string"}""",
        """{"a":12345678901234567890.123}""",
        """{"a":"12345678901234567890.123"}"""
    )]
    [InlineData("""{"from":"a","to":"a","type":"string"}""", """{"a":[1, 2]}""", """{"a":"[1,2]"}""")]
    [InlineData("""{"from":"a","to":"a","type":"boolean"}""", """{"a":"True"}""", """{"a":true}""")]
    [InlineData("""{"from":"a","to":"a","type":"boolean"}""", """{"a":0}""", """{"a":false}""")]
    [InlineData(
        """{"from":"a","to":"a","type":"timestamp"}""",
        """{"a":1700000000}""",
        """{"a":"2023-11-14T22:13:20Z"}"""
    )]
    [InlineData(
        """{"from":"a","to":"a","type":"timestamp"}""",
        """{"a":"2026-01-02 03:04:05+02:00"}""",
        """{"a":"2026-01-02T01:04:05Z"}"""
    )]
    public void A_field_comes_about_as_its_entry_says(string entry, string before, string after) =>
        Assert.Equal(after, Apply(entry, before));

    [Theory]
    [InlineData("""{"from":"a","to":"b","type":"integer"}""", """{"a":"x"}""", "cannot be made into a whole number")]
    [InlineData("""{"from":"a","to":"b","type":"integer"}""", """{"a":1.5}""", "cannot be made into a whole number")]
    [InlineData("""{"from":"a","to":"b","type":"number"}""", """{"a":"x"}""", "cannot be made into a number")]
    [InlineData("""{"from":"a","to":"b","type":"boolean"}""", """{"a":"maybe"}""", "cannot be made into true or false")]
    [InlineData("""{"from":"a","to":"b","type":"timestamp"}""", """{"a":"soon"}""", "cannot be made into a timestamp")]
    [InlineData("""{"from":"a","to":"b","type":"timestamp"}""", """{"a":1e300}""", "cannot be made into a timestamp")]
    [InlineData("""{"from":"a","to":"b","type":"number"}""", """{"a":{}}""", "an object cannot be made into a number")]
    [InlineData("""{"from":"a","to":"b","values":{"A":1}}""", """{"a":"B"}""", "is not among the values")]
    [InlineData("""{"from":"a","to":"z.b"}""", """{"a":1,"z":2}""", "z is no object")]
    public void A_value_that_cannot_be_had_is_told_with_its_field(string entry, string before, string reason)
    {
        var fault = Assert.Throws<ConnectorException>(() => Apply(entry, before));
        Assert.Equal("MAPPING_FAILED", fault.Code);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"B\"", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_no_entry_takes_are_dropped_on_demand() =>
        Assert.Equal("""{"b":1}""", Apply("""{"from":"a","to":"b"}""", """{"a":1,"z":2}""", keepsOthers: false));

    [Fact]
    public void Numbers_keep_all_their_digits_on_every_way()
    {
        const string Before = """{"a":12345678901234567890.12345678901234567890,"b":{"c":9007199254740993}}""";
        Assert.Equal(
            """{"a":12345678901234567890.12345678901234567890,"d":9007199254740993}""",
            Apply("""{"from":"b.c","to":"d"}""", Before)
        );
        Assert.Equal(
            """{"b":{"c":9007199254740993},"d":12345678901234567890.12345678901234567890}""",
            Apply("""{"from":"a","to":"d"}""", Before)
        );
        Assert.Contains(
            "\"d\":12345678901234567890.12345678901234567890",
            Apply("""{"from":"$..a","to":"d"}""", Before),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Text_beyond_ascii_stays_as_it_is() =>
        Assert.Equal("""{"名":"张三 \"<é>"}""", Apply("""{"from":"n","to":"名"}""", """{"n":"张三 \"<é>"}"""));

    [Theory]
    [InlineData("""[{"from":"id","to":"userId"}]""", true, "userId,b")]
    [InlineData("""[{"from":"b","to":"c.d"}]""", true, "")]
    [InlineData("""[{"from":"id","to":"id","type":"string"}]""", true, "")]
    [InlineData("""[{"from":"id","to":"id"}]""", false, "")]
    [InlineData("""[{"from":"id","to":"x"},{"from":"b","to":"y"}]""", false, "x,y")]
    public void The_keys_of_the_other_side_follow_renames(string entries, bool keepsOthers, string keys) =>
        Assert.Equal(keys, string.Join(',', new RecordMapping(Entries(entries), keepsOthers).KeysOf(["id", "b"])));

    [Fact]
    public void The_way_back_undoes_the_way_there()
    {
        var there = Entries(
            """[{"from":"a.b","to":"c"},{"from":"s","to":"state","values":{"A":"active","B":"barred"}},{"to":"k","constant":1}]"""
        );
        const string Before = """{"a":{"b":1},"s":"B","z":3}""";
        var mapped = new RecordMapping(there, keepsOthers: true).Apply(Record(Before));
        Assert.Equal("""{"c":1,"k":1,"state":"barred","z":3}""", Text(mapped));
        var back = new RecordMapping(MappingReversal.Of(there), keepsOthers: true, MappingReversal.Made(there)).Apply(
            mapped
        );
        Assert.Equal(Before, Text(back));
    }

    [Theory]
    [InlineData("""{"from":"$.a[?(@.v =~ /(/)].v","to":"b"}""", """{"a":[{"v":"x"}]}""")]
    [InlineData("""{"from":"a","to":"b"}""", """{"a":1,"a":2}""")]
    [InlineData("""{"from":"a","to":"b","type":"string"}""", """{"a":"\ud800"}""")]
    [InlineData("""{"from":"a","to":"b"}""", """[1]""")]
    public void What_cannot_be_read_fails_its_record_and_nothing_else(string entry, string before)
    {
        var fault = Assert.Throws<ConnectorException>(() => Apply(entry, before));
        Assert.Equal("MAPPING_FAILED", fault.Code);
    }

    [Fact]
    public void A_deletion_needs_no_fields()
    {
        var gone = new SyncRecord { Id = "1", IsDeleted = true };
        Assert.Same(gone, new RecordMapping(Entries("""[{"from":"a","to":"b","type":"integer"}]"""), true).Apply(gone));
    }

    internal static IReadOnlyList<FieldMapping> Entries(string json) =>
        Parse($$"""{"resources":[{"resource":"things","fields":{{json}}}]}""").Resources[0].Fields;

    /// <summary>Spelled as people spell it.</summary>
    internal static FieldMappings Parse(string json) =>
        JsonParser.Default.Parse<FieldMappings>(
            json.Replace("\"type\":\"", "\"type\":\"FIELD_TYPE_", StringComparison.Ordinal)
                .Replace("FIELD_TYPE_string", "FIELD_TYPE_STRING", StringComparison.Ordinal)
                .Replace("FIELD_TYPE_integer", "FIELD_TYPE_INTEGER", StringComparison.Ordinal)
                .Replace("FIELD_TYPE_number", "FIELD_TYPE_NUMBER", StringComparison.Ordinal)
                .Replace("FIELD_TYPE_boolean", "FIELD_TYPE_BOOLEAN", StringComparison.Ordinal)
                .Replace("FIELD_TYPE_timestamp", "FIELD_TYPE_TIMESTAMP", StringComparison.Ordinal)
        );

    private static string Apply(string entry, string before, bool keepsOthers = true) =>
        Text(new RecordMapping(Entries($"[{entry}]"), keepsOthers).Apply(Record(before)));

    private static SyncRecord Record(string json) => new() { Id = "1", Data = Encoding.UTF8.GetBytes(json) };

    private static string Text(SyncRecord record) => Encoding.UTF8.GetString(record.Data.Span);
}
