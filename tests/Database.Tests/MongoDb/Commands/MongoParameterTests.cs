using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Commands;

/// <summary>A text that is exactly <c>:name</c> is a parameter, and a parameter is a value and nothing more.</summary>
public sealed class MongoParameterTests
{
    public static TheoryData<DbValue, string> Kinds =>
        new()
        {
            { DbValue.Null, "null" },
            { DbValue.From(value: true), "true" },
            { DbValue.From(5), """{"$numberInt":"5"}""" },
            { DbValue.From(5_000_000_000), """{"$numberLong":"5000000000"}""" },
            { DbValue.From(5.0), """{"$numberDouble":"5.0"}""" },
            { DbValue.FromDecimal("12.50"), """{"$numberDecimal":"12.50"}""" },
            { DbValue.From(":other"), "\":other\"" },
            { DbValue.From([1, 2]), """{"$binary":{"base64":"AQI=","subType":"00"}}""" },
            { DbValue.From(DateTimeOffset.UnixEpoch.AddTicks(-1)), """{"$date":{"$numberLong":"-1"}}""" },
            {
                DbValue.FromJson("""[1,{"a":{"$oid":"000102030405060708090a0b"}}]"""),
                """[{"$numberInt":"1"},{"a":{"$oid":"000102030405060708090a0b"}}]"""
            },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Parameter_keeps_its_type(DbValue value, string canonical) =>
        Assert.Equal(
            $$$"""{"find":"c","filter":{"a":{{{canonical}}}}}""",
            Reading.Bound(isQuery: true, """{"find": "c", "filter": {"a": ":v"}}""", ("v", value))
        );

    [Fact]
    public void Parameter_stands_anywhere_a_value_does_and_more_than_once() =>
        Assert.Equal(
            """{"find":"c","filter":{"a":{"$in":["x",{"b":"x"}]}},"limit":{"$numberInt":"3"}}""",
            Reading.Bound(
                isQuery: true,
                """{"find": ":c", "filter": {"a": {"$in": [":x", {"b": ":x"}]}}, "limit": ":n"}""",
                ("c", DbValue.From("c")),
                ("x", DbValue.From("x")),
                ("n", DbValue.From(3))
            )
        );

    [Fact]
    public void Types_that_are_written_as_text_take_parameters() =>
        Assert.Equal(
            """{"find":"c","filter":{"_id":{"$oid":"000102030405060708090a0b"},"n":{"$numberLong":"7"},"r":{"$regularExpression":{"pattern":"^a.*","options":"i"}}}}""",
            Reading.Bound(
                isQuery: true,
                """{"find": "c", "filter": {"_id": {"$oid": ":id"}, "n": {"$numberLong": ":n"}, "r": {"$regularExpression": {"pattern": ":p", "options": "i"}}}}""",
                ("id", DbValue.From("000102030405060708090a0b")),
                ("n", DbValue.From(7)),
                ("p", DbValue.From("^a.*"))
            )
        );

    [Theory]
    [InlineData(":")]
    [InlineData(": a")]
    [InlineData(":1")]
    [InlineData("::a")]
    [InlineData(":a b")]
    [InlineData("12:30")]
    [InlineData(":ä")]
    [InlineData(":a\\n")]
    public void Other_texts_with_a_colon_stay_texts(string text) =>
        Assert.Equal(
            $$$"""{"find":"c","filter":{"a":"{{{text}}}"}}""",
            Reading
                .Bound(isQuery: true, $$$"""{"find": "c", "filter": {"a": "{{{text}}}"}}""")
                .Replace("\\u00E4", "ä", StringComparison.Ordinal)
        );

    [Fact]
    public void Parameter_never_stands_for_a_name()
    {
        var error = Reading.Refused(isQuery: true, """{"find": "c", "filter": {":v": 1}}""", ("v", DbValue.From("a")));
        Assert.Equal((ErrorKind.InvalidArgument, "query"), (error.Kind, error.Field));
    }

    [Theory]
    [InlineData("""{"$ne": null}""")]
    [InlineData("""{"$gt": ""}""")]
    [InlineData("""[{"$ne": 1}]""")]
    [InlineData("""{"a": {"b": [{"$where": "1"}]}}""")]
    [InlineData("""{"$regularExpression": {"pattern": "", "options": ""}}""")]
    [InlineData("""{"$code": "1"}""")]
    public void Json_parameter_brings_no_operator_into_a_condition(string json)
    {
        var error = Reading.Refused(
            isQuery: true,
            """{"find": "c", "filter": {"password": ":v"}}""",
            ("v", DbValue.FromJson(json))
        );
        Assert.Equal((ErrorKind.InvalidArgument, "params.v"), (error.Kind, error.Field));
    }

    [Theory]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$project": {"a": ":v"}}]}""")]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$match": {"$expr": {"$eq": ["$a", ":v"]}}}]}""")]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$group": {"_id": ":v"}}]}""")]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$facet": {"x": [{"$set": {"a": ":v"}}]}}]}""")]
    [InlineData("""{"find": "c", "filter": {"$expr": {"$eq": ["$a", ":v"]}}}""")]
    [InlineData("""{"find": "c", "projection": {"a": ":v"}}""")]
    [InlineData("""{"find": "c", "let": {"a": ":v"}}""")]
    [InlineData("""{"explain": {"find": "c", "filter": {"$and": [{"$expr": {"$eq": ["$a", ":v"]}}]}}}""")]
    public void Text_parameter_names_no_field_in_an_expression(string text)
    {
        foreach (
            var value in new[]
            {
                DbValue.From("$secret"),
                DbValue.FromJson("\"$$ROOT\""),
                DbValue.FromJson("""["$secret"]"""),
            }
        )
        {
            var error = Reading.Refused(isQuery: true, text, ("v", value));
            Assert.Equal((ErrorKind.InvalidArgument, "params.v"), (error.Kind, error.Field));
        }

        Reading.Read(isQuery: true, text, ("v", DbValue.From("5 $")));
    }

    [Theory]
    [InlineData("""{"update": "c", "updates": [{"q": {}, "u": [{"$set": {"a": ":v"}}]}]}""")]
    [InlineData("""{"update": "c", "updates": [{"q": {"$expr": {"$eq": ["$a", ":v"]}}, "u": {"$set": {"a": 1}}}]}""")]
    [InlineData("""{"findAndModify": "c", "query": {}, "update": [{"$set": {"a": ":v"}}]}""")]
    [InlineData("""{"findAndModify": "c", "query": {}, "remove": true, "fields": {"a": ":v"}}""")]
    public void Text_parameter_names_no_field_in_a_computed_change(string text) =>
        Assert.Equal("params.v", Reading.Refused(isQuery: false, text, ("v", DbValue.From("$secret"))).Field);

    [Theory]
    [InlineData("""{"find": "c", "filter": {"a": ":v"}}""")]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$match": {"a": ":v"}}]}""")]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$project": {"a": {"$literal": ":v"}}}]}""")]
    public void Text_with_a_dollar_is_a_value_where_only_values_are_compared(string text) =>
        Assert.Contains(
            "\"$5\"",
            Reading.Bound(isQuery: true, text, ("v", DbValue.From("$5"))),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("""{"update": "c", "updates": [{"q": {}, "u": ":v"}]}""", """{"$set": {"admin": true}}""")]
    [InlineData("""{"update": "c", "updates": [{"q": {}, "u": ":v"}]}""", """[{"$set": {"admin": true}}]""")]
    [InlineData("""{"update": "c", "updates": ":v"}""", """[{"q": {"$or": []}, "u": {}}]""")]
    [InlineData("""{"aggregate": "c", "pipeline": ":v"}""", """[{"$out": "d"}]""")]
    [InlineData("""{"delete": "c", "deletes": [{"q": ":v", "limit": 0}]}""", """{"$nor": []}""")]
    public void Json_parameter_brings_no_operator_into_a_change(string text, string json) =>
        Assert.Equal("params.v", Reading.Refused(isQuery: false, text, ("v", DbValue.FromJson(json))).Field);

    [Fact]
    public void Document_to_insert_may_hold_anything() =>
        Assert.Contains(
            "$regularExpression",
            Reading.Bound(
                isQuery: false,
                """{"insert": "c", "documents": [":v"]}""",
                (
                    "v",
                    DbValue.FromJson(
                        """{"a": {"$regularExpression": {"pattern": "^x", "options": ""}}, "b": {"$where": "1"}}"""
                    )
                )
            ),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("12345678901234567890123456789012345.1")]
    [InlineData("1e7000")]
    public void Decimal_that_would_be_rounded_is_refused(string number) =>
        Assert.Equal(
            "params.v",
            Reading
                .Refused(isQuery: true, """{"find": "c", "filter": {"a": ":v"}}""", ("v", DbValue.FromDecimal(number)))
                .Field
        );

    [Fact]
    public void Text_that_is_not_unicode_is_refused() =>
        Assert.Equal(
            "params.v",
            Reading
                .Refused(isQuery: true, """{"find": "c", "filter": {"a": ":v"}}""", ("v", DbValue.From("\ud800")))
                .Field
        );
}
