using System.Text.Json.Nodes;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Server;

/// <summary>Documents as rows: nothing is lost, whatever the documents look like.</summary>
public sealed class MongoRowTests : MongoServerTests
{
    [Fact]
    public async Task Fields_of_the_documents_are_the_columns()
    {
        await ExecuteAsync(
            """{"insert": "c", "documents": [{"_id": 1, "a": "x"}, {"_id": 2, "b": 2.5, "a": null}, {"_id": 3, "c": true}]}"""
        );
        await using var reader = await Connector.QueryAsync(Statement("""{"find": "c"}"""), default);

        Assert.Equal(
            [new DbColumn("_id", "int"), new("a", "string"), new("b", "double"), new("c", "bool")],
            reader.Columns
        );
        var rows = await QueryAsync("""{"find": "c"}""");
        Assert.Equal(DbValue.From(2.5), rows[1]["b"]);
        Assert.All([rows[0]["b"], rows[1]["a"], rows[2]["a"]], value => Assert.Equal(DbValue.Null, value));
    }

    [Fact]
    public async Task Field_of_several_types_has_no_type()
    {
        await ExecuteAsync("""{"insert": "c", "documents": [{"_id": 1, "a": "x"}, {"_id": 2, "a": 1}]}""");
        await using var reader = await Connector.QueryAsync(Statement("""{"find": "c"}"""), default);

        Assert.Equal("", reader.Columns[1].Type);
    }

    [Fact]
    public async Task Fields_that_come_late_are_in_the_extra_column()
    {
        await FillAsync(1000);
        await ExecuteAsync(
            """{"update": "items", "updates": [{"q": {"_id": 700}, "u": {"$set": {"late": {"x": [1]}, "more": 2.0}}}]}"""
        );
        var rows = await QueryAsync("""{"find": "items"}""");

        Assert.Equal(1000, rows.Count);
        Assert.Equal(["_id", "n", "_extra"], rows[0].Keys);
        Assert.Equal(DbValue.FromJson("""{"late":{"x":[1]},"more":2.0}"""), rows[700]["_extra"]);
        Assert.All(rows.Where((_, index) => index != 700), row => Assert.Equal(DbValue.Null, row["_extra"]));
    }

    [Fact]
    public async Task Extra_column_gives_way_to_a_field_of_its_name()
    {
        await ExecuteAsync(
            """{"insert": "items", "documents": ":items"}""",
            (
                "items",
                DbValue.FromJson(
                    $"[{string.Join(',', Enumerable.Range(0, 300).Select(i => $$"""{"_id": {{i}}, "_extra": 1}"""))}]"
                )
            )
        );

        Assert.Equal(["_id", "_extra", "__extra"], (await QueryAsync("""{"find": "items"}"""))[0].Keys);
    }

    [Fact]
    public async Task Names_that_are_data_become_no_columns()
    {
        var fields = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"f{i}\":{i}"));
        await ExecuteAsync(
            """{"insert": "c", "documents": [":d"]}""",
            ("d", DbValue.FromJson($$"""{"_id":1,{{fields}}}"""))
        );
        var row = Assert.Single(await QueryAsync("""{"find": "c"}"""));

        Assert.Equal(257, row.Count);
        var extra = JsonNode.Parse(row["_extra"].AsText())!.AsObject();
        Assert.Equal(1001, extra.Count + 256);
        Assert.Equal(999, (int)extra["f999"]!);
    }

    [Theory]
    [InlineData("""{"$oid":"000102030405060708090a0b"}""")]
    [InlineData("""{"a":[1,2.5,"x",null,true,{"$numberDecimal":"12.50"}]}""")]
    [InlineData("""{"$binary":{"base64":"yO2rw/c4TKO2jauSqRR4ow==","subType":"04"}}""")]
    [InlineData("""{"$numberDecimal":"NaN"}""")]
    [InlineData("""{"$numberDecimal":"-Infinity"}""")]
    [InlineData("""{"$timestamp":{"t":1,"i":2}}""")]
    [InlineData("""{"$minKey":1}""")]
    [InlineData("""{"$regularExpression":{"pattern":"^a","options":"i"}}""")]
    [InlineData("""{"$date":{"$numberLong":"9000000000000000"}}""")]
    [InlineData("""[1,[2,{"x":{"$date":"2024-02-29T12:30:45.678Z"}}]]""")]
    public async Task Value_without_a_kind_of_its_own_is_extended_json_both_ways(string json)
    {
        var document = DbValue.FromJson($$"""{"_id": 1, "v": {{json}}}""");
        await ExecuteAsync("""{"insert": "c", "documents": [":d"]}""", ("d", document));

        Assert.Equal(DbValue.FromJson(json), Assert.Single(await QueryAsync("""{"find": "c"}"""))["v"]);
    }

    [Fact]
    public async Task Id_that_was_read_finds_its_document_again()
    {
        var inserted = await ExecuteAsync("""{"insert": "c", "documents": [{"a": 1}]}""");
        var row = Assert.Single(await QueryAsync("""{"find": "c"}"""));

        Assert.Single(await QueryAsync("""{"find": "c", "filter": {"_id": ":id"}}""", ("id", row["_id"])));
        Assert.Single(
            await QueryAsync(
                """{"find": "c", "filter": {"_id": {"$oid": ":id"}}}""",
                ("id", DbValue.From(inserted.InsertId))
            )
        );
    }

    [Fact]
    public async Task Other_reading_commands_answer_rows_too()
    {
        await FillAsync(5);
        await ExecuteAsync("""{"insert": "items", "documents": [{"_id": 5, "n": ["a", 4]}]}""");

        Assert.Equal(
            DbValue.From(2),
            Assert.Single(await QueryAsync("""{"count": "items", "query": {"n": {"$lt": 2}}}"""))["n"]
        );
        Assert.Equal(
            [DbValue.From(0), DbValue.From(1), DbValue.From(2), DbValue.From(3), DbValue.From(4), DbValue.From("a")],
            (await QueryAsync("""{"distinct": "items", "key": "n"}""")).Select(row => row["value"])
        );
        Assert.Equal(DbValue.From("items"), Assert.Single(await QueryAsync("""{"listCollections": 1}"""))["name"]);
        Assert.Equal(
            DbValue.FromJson("""{"_id":1}"""),
            Assert.Single(await QueryAsync("""{"listIndexes": "items"}"""))["key"]
        );
        Assert.Equal(DbValue.From(6), Assert.Single(await QueryAsync("""{"dbStats": 1}"""))["objects"]);
        Assert.Equal(DbValue.From(6), Assert.Single(await QueryAsync("""{"collStats": "items"}"""))["count"]);
        Assert.Equal(DbValue.From(1.0), Assert.Single(await QueryAsync("""{"ping": 1}"""))["ok"]);
        Assert.True(Assert.Single(await QueryAsync("""{"hello": 1}"""))["isWritablePrimary"].AsBoolean());
        Assert.Contains(
            "find",
            Assert.Single(await QueryAsync("""{"explain": {"find": "items"}}"""))["command"].AsText(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            DbValue.From(10),
            Assert.Single(
                await QueryAsync(
                    """{"aggregate": "items", "pipeline": [{"$group": {"_id": null, "sum": {"$sum": "$n"}}}]}"""
                )
            )["sum"]
        );
    }

    [Fact]
    public async Task Many_documents_come_in_order_and_none_is_lost()
    {
        for (var part = 0; part < 5; part++)
        {
            await ExecuteAsync(
                """{"insert": "items", "documents": ":items"}""",
                (
                    "items",
                    DbValue.FromJson(
                        $"[{string.Join(',', Enumerable.Range(part * 1000, 1000).Select(i => $$"""{"_id": {{i}}}"""))}]"
                    )
                )
            );
        }

        Assert.Equal(
            Enumerable.Range(0, 5000).Select(i => DbValue.From(i)),
            (await QueryAsync("""{"find": "items", "sort": {"_id": 1}}""")).Select(row => row["_id"])
        );
    }

    [Fact]
    public async Task Large_documents_come_whole()
    {
        var text = DbValue.From(new string('x', 5_000_000));
        for (var id = 0; id < 8; id++)
        {
            await ExecuteAsync(
                """{"insert": "c", "documents": [{"_id": ":id", "s": ":s"}]}""",
                ("id", DbValue.From(id)),
                ("s", text)
            );
        }

        Assert.Equal(Enumerable.Repeat(text, 8), (await QueryAsync("""{"find": "c"}""")).Select(row => row["s"]));
    }

    [Fact]
    public async Task Nothing_found_has_no_columns_and_no_rows()
    {
        await using var reader = await Connector.QueryAsync(Statement("""{"find": "absent"}"""), default);

        Assert.Empty(reader.Columns);
        Assert.False(await reader.ReadAsync(default));
        Assert.False(await reader.ReadAsync(default));
    }
}
