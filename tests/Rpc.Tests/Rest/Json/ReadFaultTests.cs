using System.Text;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Tests.Lab;

namespace Yyc3.Connectors.Rpc.Tests.Rest.Json;

public sealed class ReadFaultTests
{
    private readonly JsonCodec _codec = new(RestReflection.Descriptor);

    [Theory]
    [InlineData("""{"nope":1}""", "nope", "is not a known field")]
    [InlineData("""{"child":{"child":{"nope":1}}}""", "child.child.nope", "is not a known field")]
    [InlineData("""{"children":[{},{},{"bar":1}]}""", "children[2].bar", "is not a known field")]
    [InlineData("""{"childByNumber":{"7":{"bar":1}}}""", "childByNumber.7.bar", "is not a known field")]
    [InlineData("""{"int32Field":"x"}""", "int32Field", "must be an integer")]
    [InlineData("""{"int32Field":true}""", "int32Field", "must be an integer")]
    [InlineData("""{"int32Field":1.5}""", "int32Field", "must be an integer")]
    [InlineData("""{"int32Field":2147483648}""", "int32Field", "must be between -2147483648 and 2147483647")]
    [InlineData("""{"uint32Field":-1}""", "uint32Field", "must be between 0 and 4294967295")]
    [InlineData(
        """{"int64Field":9223372036854775808}""",
        "int64Field",
        "must be between -9223372036854775808 and 9223372036854775807"
    )]
    [InlineData(
        """{"uint64Field":"18446744073709551616"}""",
        "uint64Field",
        "must be between 0 and 18446744073709551615"
    )]
    [InlineData("""{"doubleField":"x"}""", "doubleField", "must be a number")]
    [InlineData("""{"doubleField":1e999}""", "doubleField", "is out of range")]
    [InlineData("""{"floatField":1e39}""", "floatField", "is out of range")]
    [InlineData("""{"boolField":"true"}""", "boolField", "must be true or false")]
    [InlineData("""{"stringField":1}""", "stringField", "must be a string")]
    [InlineData("""{"bytesField":"*"}""", "bytesField", "must be base64")]
    [InlineData("""{"colour":"RED"}""", "colour", "must be one of COLOUR_UNSPECIFIED, COLOUR_RED, COLOUR_BLUE")]
    [InlineData("""{"colour":1}""", "colour", "must be one of COLOUR_UNSPECIFIED, COLOUR_RED, COLOUR_BLUE")]
    [InlineData("""{"time":"2026-02-30T00:00:00Z"}""", "time", "is not a time that exists")]
    [InlineData("""{"time":"2026-02-03"}""", "time", "must be an RFC 3339 time such as 2026-02-03T10:00:00.000Z")]
    [InlineData("""{"time":"0001-01-01T00:00:00+01:00"}""", "time", "is before the year 1 or after the year 9999")]
    [InlineData("""{"duration":"1"}""", "duration", "must be seconds with an s behind, such as 1.5s")]
    [InlineData("""{"duration":"315576000001s"}""", "duration", "is longer than 10000 years")]
    [InlineData("""{"numbers":[1,null]}""", "numbers[1]", "must not be null")]
    [InlineData("""{"children":[null]}""", "children[0]", "must not be null")]
    [InlineData("""{"textByText":{"a":null}}""", "textByText.a", "must not be null")]
    [InlineData("""{"numbers":1}""", "numbers", "must be a list")]
    [InlineData("""{"child":[]}""", "child", "must be an object")]
    [InlineData("""{"childByNumber":{"x":{}}}""", "childByNumber.x", "has a key that must be an integer")]
    [InlineData("""{"boolField":true,"boolField":true}""", "boolField", "is given twice")]
    [InlineData("""{"boolField":true,"bool_field":true}""", "bool_field", "is given twice")]
    [InlineData("""{"textByText":{"a":"","a":""}}""", "textByText.a", "is given twice")]
    [InlineData("""{"object":{"a":{"b":1,"b":2}}}""", "object.a.b", "is given twice")]
    [InlineData("""{"chosenText":"a","chosenLong":1}""", "chosenLong", "excludes another field that is given too")]
    [InlineData("""{"any":{"label":"x"}}""", "any", "has no @type")]
    [InlineData("""{"any":{"@type":"type.googleapis.com/no.Such"}}""", "any", "has the unknown type 'no.Such'")]
    [InlineData("""{"stringField":"\ud800"}""", "stringField", "is not valid Unicode text")]
    [InlineData("null", "", "must not be null")]
    [InlineData("[]", "", "must be an object")]
    public void A_wrong_value_is_named_with_its_path(string json, string field, string reason)
    {
        var fault = Assert.Throws<JsonReadException>(() => Read(json));

        Assert.Equal(field, fault.Field);
        Assert.Equal(reason, fault.Reason);
        Assert.False(fault.IsMalformed);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{", "")]
    [InlineData("{}}", "")]
    [InlineData("{} {}", "")]
    [InlineData("""{"child":{"stringField":"a}}""", "child.stringField")]
    [InlineData("""{"numbers":[1,2,]}""", "numbers[1]")]
    [InlineData("""{"numbers":[1 2]}""", "numbers[0]")]
    [InlineData("""{"int32Field":01}""", "int32Field")]
    [InlineData("""{"boolField":tru}""", "boolField")]
    [InlineData("""{/* comment */}""", "")]
    [InlineData("""{"doubleField":NaN}""", "doubleField")]
    public void Text_that_is_no_JSON_is_malformed(string json, string field)
    {
        var fault = Assert.Throws<JsonReadException>(() => Read(json));

        Assert.True(fault.IsMalformed);
        Assert.Equal(field, fault.Field);
    }

    [Fact]
    public void Invalid_UTF8_is_malformed_at_its_field()
    {
        byte[] json = [.. "{\"child\":{\"stringField\":\"語"u8, 0xC3, 0x28, .. "\"}}"u8];

        var fault = Assert.Throws<JsonReadException>(() => _codec.Read<Everything>(json));

        Assert.True(fault.IsMalformed);
        Assert.Equal("child.stringField", fault.Field);
        Assert.Equal("is not valid UTF-8", fault.Reason);
    }

    [Fact]
    public void Nesting_ends_at_64_levels()
    {
        Read(Nested(64));

        var fault = Assert.Throws<JsonReadException>(() => Read(Nested(65)));
        Assert.Equal("is nested deeper than 64 levels", fault.Reason);
        Assert.StartsWith("child.child", fault.Field, StringComparison.Ordinal);
        Assert.False(fault.IsMalformed);
    }

    [Fact]
    public void A_hidden_or_header_field_is_unknown_in_the_body()
    {
        foreach (var name in new[] { "internalNote", "idempotencyKey", "internal_note" })
        {
            var fault = Assert.Throws<JsonReadException>(() =>
                _codec.Read<CreateThingRequest>(Encoding.UTF8.GetBytes($$"""{"{{name}}":"x"}"""))
            );
            Assert.Equal(name, fault.Field);
        }
    }

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"child\":", depth - 1)) + "{}" + new string('}', depth - 1);

    private Everything Read(string json) => _codec.Read<Everything>(Encoding.UTF8.GetBytes(json));
}
