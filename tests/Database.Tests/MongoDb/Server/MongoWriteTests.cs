using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Server;

/// <summary>What commands answer, and what the server refuses inside an answer that says it is well.</summary>
public sealed class MongoWriteTests : MongoServerTests
{
    [Fact]
    public async Task Insert_answers_the_id_of_its_document()
    {
        var made = await ExecuteAsync("""{"insert": "c", "documents": [{"a": 1}]}""");
        Assert.Equal(1, made.AffectedRows);
        Assert.Equal(24, made.InsertId!.Length);

        Assert.Equal(
            new ExecuteResult(1, "mine"),
            await ExecuteAsync("""{"insert": "c", "documents": [{"_id": "mine"}]}""")
        );
        Assert.Equal(
            new ExecuteResult(1, "7"),
            await ExecuteAsync("""{"insert": "c", "documents": [{"a": 1, "_id": 7}]}""")
        );
        Assert.Equal(
            new ExecuteResult(1, """{"x":1}"""),
            await ExecuteAsync("""{"insert": "c", "documents": [{"_id": {"x": 1}}]}""")
        );
        Assert.Equal(new ExecuteResult(2, null), await ExecuteAsync("""{"insert": "c", "documents": [{}, {}]}"""));
        Assert.Equal(6, (await QueryAsync("""{"find": "c"}""")).Count);
    }

    [Fact]
    public async Task Update_delete_and_find_and_modify_count_documents()
    {
        await FillAsync(5);

        Assert.Equal(
            new ExecuteResult(3, null),
            await ExecuteAsync(
                """{"update": "items", "updates": [{"q": {"n": {"$gte": 2}}, "u": {"$set": {"x": 1}}, "multi": true}]}"""
            )
        );
        Assert.Equal(
            new ExecuteResult(1, "new"),
            await ExecuteAsync(
                """{"update": "items", "updates": [{"q": {"_id": "new"}, "u": {"$set": {"x": 2}}, "upsert": true}]}"""
            )
        );
        Assert.Equal(
            new ExecuteResult(3, null),
            await ExecuteAsync("""{"delete": "items", "deletes": [{"q": {"x": 1}, "limit": 0}]}""")
        );
        Assert.Equal(
            new ExecuteResult(0, null),
            await ExecuteAsync("""{"delete": "items", "deletes": [{"q": {"x": 9}, "limit": 0}]}""")
        );
        Assert.Equal(
            new ExecuteResult(1, null),
            await ExecuteAsync("""{"findAndModify": "items", "query": {"_id": 0}, "update": {"$inc": {"n": 1}}}""")
        );
        Assert.Equal(
            new ExecuteResult(0, null),
            await ExecuteAsync("""{"findAndModify": "items", "query": {"_id": 99}, "remove": true}""")
        );
        Assert.Equal(
            new ExecuteResult(1, "100"),
            await ExecuteAsync(
                """{"findAndModify": "items", "query": {"_id": 100}, "update": {"$set": {"n": 1}}, "upsert": true}"""
            )
        );
    }

    [Fact]
    public async Task Collections_and_indexes_are_made_and_dropped()
    {
        Assert.Equal(
            new ExecuteResult(0, null),
            await ExecuteAsync("""{"create": "c", "validator": {"price": {"$gte": 0}}}""")
        );
        Assert.Equal(
            new ExecuteResult(0, null),
            await ExecuteAsync(
                """{"createIndexes": "c", "indexes": [{"key": {"name": 1}, "name": "byName", "unique": true}]}"""
            )
        );
        Assert.Equal(2, (await QueryAsync("""{"listIndexes": "c"}""")).Count);
        Assert.Equal(new ExecuteResult(0, null), await ExecuteAsync("""{"dropIndexes": "c", "index": "byName"}"""));
        Assert.Equal(new ExecuteResult(0, null), await ExecuteAsync("""{"drop": "c"}"""));
        Assert.Empty(await QueryAsync("""{"listCollections": 1}"""));
    }

    [Fact]
    public async Task Aggregation_writes_with_a_command()
    {
        await FillAsync(5);
        await ExecuteAsync("""{"aggregate": "items", "pipeline": [{"$match": {"n": {"$lt": 3}}}, {"$out": "few"}]}""");
        await ExecuteAsync(
            """{"aggregate": "items", "pipeline": [{"$match": {"n": 4}}, {"$merge": {"into": "few"}}]}"""
        );

        Assert.Equal(4, (await QueryAsync("""{"find": "few"}""")).Count);
    }

    [Fact]
    public async Task Taken_id_is_a_unique_violation_and_tells_what_was_written()
    {
        await ExecuteAsync("""{"insert": "c", "documents": [{"_id": "s3cr3t"}]}""");
        var error = await FailsAsync("""{"insert": "c", "documents": [{"_id": 1}, {"_id": "s3cr3t"}, {"_id": 2}]}""");

        Assert.Equal((ErrorKind.AlreadyExists, "UNIQUE_VIOLATION"), (error.Kind, error.Code));
        Assert.Equal("1", error.Details!["affectedRows"]);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, (await QueryAsync("""{"find": "c"}""")).Count);
    }

    [Fact]
    public async Task Unique_index_and_validator_are_kept()
    {
        await ExecuteAsync("""{"create": "c", "validator": {"price": {"$gte": 0}}}""");
        await ExecuteAsync(
            """{"createIndexes": "c", "indexes": [{"key": {"name": 1}, "name": "byName", "unique": true}]}"""
        );
        await ExecuteAsync("""{"insert": "c", "documents": [{"name": "a", "price": 1}]}""");

        Assert.Equal(
            "UNIQUE_VIOLATION",
            (await FailsAsync("""{"insert": "c", "documents": [{"name": "a", "price": 1}]}""")).Code
        );
        var broken = await FailsAsync("""{"insert": "c", "documents": [{"name": "b", "price": -1}]}""");
        Assert.Equal((ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION"), (broken.Kind, broken.Code));
        Assert.Single(await QueryAsync("""{"find": "c"}"""));
    }

    [Theory]
    [InlineData("""{"create": "items"}""", ErrorKind.AlreadyExists, "COLLECTION_EXISTS")]
    [InlineData("""{"drop": "absent"}""", ErrorKind.NotFound, "COLLECTION_NOT_FOUND")]
    [InlineData("""{"dropIndexes": "items", "index": "absent"}""", ErrorKind.NotFound, "INDEX_NOT_FOUND")]
    [InlineData(
        """{"update": "items", "updates": [{"q": {}, "u": {"$nope": {"a": 1}}}]}""",
        ErrorKind.InvalidArgument,
        "INVALID_ARGUMENT"
    )]
    [InlineData(
        """{"update": "items", "updates": [{"q": {"_id": 1}, "u": {"$set": {"_id": 2}}}]}""",
        ErrorKind.InvalidArgument,
        "INVALID_ARGUMENT"
    )]
    [InlineData("""{"collMod": "items"}""", ErrorKind.InvalidArgument, "INVALID_ARGUMENT")]
    public async Task Refusals_have_a_kind(string text, ErrorKind kind, string code)
    {
        await FillAsync(2);
        var error = await FailsAsync(text);

        Assert.Equal((kind, code), (error.Kind, error.Code));
        Assert.Equal(kind == ErrorKind.InvalidArgument ? "command" : null, error.Field);
    }

    [Theory]
    [InlineData("""{"find": "items", "filter": {"$nope": 1}}""")]
    [InlineData("""{"aggregate": "items", "pipeline": [{"$nope": 1}]}""")]
    [InlineData("""{"aggregate": "items", "pipeline": [{"$project": {"a": {"$nope": 1}}}]}""")]
    public async Task Query_that_cannot_run_names_the_field(string text)
    {
        await FillAsync(2);
        var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(text));

        Assert.Equal((ErrorKind.InvalidArgument, "query"), (error.Kind, error.Field));
    }

    [Fact]
    public async Task Document_larger_than_the_server_takes_is_refused_before_it_is_sent()
    {
        var error = await FailsAsync(
            """{"insert": "c", "documents": [{"s": ":s"}]}""",
            ("s", DbValue.From(new string('x', 17_000_000)))
        );

        Assert.Equal((ErrorKind.InvalidArgument, "command"), (error.Kind, error.Field));
        await FillAsync(1);
    }
}
