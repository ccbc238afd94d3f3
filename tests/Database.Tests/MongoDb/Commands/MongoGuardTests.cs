using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Commands;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Commands;

/// <summary>What may be sent is judged by what will be sent, however deep it hides.</summary>
public sealed class MongoGuardTests
{
    [Theory]
    [InlineData("""{"find": "c"}""")]
    [InlineData(
        """{"aggregate": "c", "pipeline": [{"$lookup": {"from": "d", "localField": "a", "foreignField": "b", "as": "x"}}]}"""
    )]
    [InlineData("""{"aggregate": 1, "pipeline": [{"$documents": []}]}""")]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$project": {"x": {"$mergeObjects": ["$a", "$b"]}}}]}""")]
    [InlineData("""{"count": "c", "query": {"a": 1}}""")]
    [InlineData("""{"distinct": "c", "key": "a"}""")]
    [InlineData("""{"listCollections": 1}""")]
    [InlineData("""{"listIndexes": "c"}""")]
    [InlineData("""{"dbStats": 1}""")]
    [InlineData("""{"collStats": "c"}""")]
    [InlineData("""{"ping": 1}""")]
    [InlineData("""{"hello": 1}""")]
    [InlineData("""{"explain": {"aggregate": "c", "pipeline": [], "cursor": {}}, "verbosity": "queryPlanner"}""")]
    public void Query_may_read(string text) => Reading.Read(isQuery: true, text);

    [Theory]
    [InlineData("""{"insert": "c", "documents": []}""")]
    [InlineData("""{"Find": "c"}""")]
    [InlineData("""{"mapReduce": "c"}""")]
    [InlineData("""{"getMore": 1, "collection": "c"}""")]
    [InlineData("""{"killCursors": "c", "cursors": []}""")]
    [InlineData("""{"eval": "1"}""")]
    [InlineData("""{"unheardOf": 1}""")]
    [InlineData("""{"$where": 1}""")]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$out": "d"}]}""")]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$merge": {"into": "d"}}]}""")]
    [InlineData(
        """{"aggregate": "c", "pipeline": [{"$lookup": {"from": "d", "as": "x", "pipeline": [{"$out": "e"}]}}]}"""
    )]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$facet": {"x": [{"$match": {}}, {"$merge": "e"}]}}]}""")]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$unionWith": {"coll": "d", "pipeline": [{"$out": "e"}]}}]}""")]
    [InlineData(
        """{"aggregate": "c", "pipeline": [{"$facet": {"x": [{"$lookup": {"from": "d", "as": "x", "pipeline": [{"$unionWith": {"coll": "d", "pipeline": [{"$merge": "e"}]}}]}}]}}]}"""
    )]
    [InlineData("""{"explain": {"aggregate": "c", "pipeline": [{"$out": "d"}]}}""")]
    [InlineData("""{"explain": {"insert": "c", "documents": []}}""")]
    [InlineData("""{"aggregate": "c", "pipeline": {"0": {"$out": "d"}}}""")]
    public void Query_may_not_write(string text)
    {
        var error = Reading.Refused(isQuery: true, text);
        Assert.Equal((ErrorKind.InvalidArgument, "READ_ONLY", "query"), (error.Kind, error.Code, error.Field));
    }

    [Fact]
    public void Parameter_makes_no_writing_query()
    {
        var stage = ("v", DbValue.FromJson("""{"$out": "d"}"""));
        Assert.Equal(
            "params.v",
            Reading.Refused(isQuery: true, """{"aggregate": "c", "pipeline": [":v"]}""", stage).Field
        );
        Assert.Equal(
            "READ_ONLY",
            Reading
                .Refused(
                    isQuery: true,
                    """{"aggregate": "c", "pipeline": [{"$project": {"a": {"$literal": ":v"}}}]}""",
                    stage
                )
                .Code
        );
        Assert.Equal(
            "READ_ONLY",
            Reading.Refused(isQuery: true, """{"explain": ":v"}""", ("v", DbValue.FromJson("""{"drop": "c"}"""))).Code
        );
    }

    [Theory]
    [InlineData(true, """{"find": "c", "filter": {"$where": "sleep(1000)"}}""")]
    [InlineData(true, """{"find": "c", "filter": {"$and": [{"$or": [{"$where": {"$code": "1"}}]}]}}""")]
    [InlineData(true, """{"count": "c", "query": {"$where": "1"}}""")]
    [InlineData(
        true,
        """{"aggregate": "c", "pipeline": [{"$set": {"a": {"$function": {"body": "", "args": [], "lang": "js"}}}}]}"""
    )]
    [InlineData(true, """{"aggregate": "c", "pipeline": [{"$group": {"_id": 1, "a": {"$accumulator": {}}}}]}""")]
    [InlineData(true, """{"aggregate": "c", "pipeline": [{"$changeStream": {}}]}""")]
    [InlineData(true, """{"find": "c", "tailable": true}""")]
    [InlineData(true, """{"find": "c", "limit": 500, "singleBatch": true}""")]
    [InlineData(true, """{"find": "c", "noCursorTimeout": true}""")]
    [InlineData(true, """{"aggregate": "c", "pipeline": [], "explain": true}""")]
    [InlineData(
        true,
        """{"aggregate": "c", "pipeline": [{"$group": {"_id": 1, "v": {"$_internalJsReduce": {"eval": "x"}}}}]}"""
    )]
    [InlineData(true, """{"aggregate": "c", "pipeline": [{"$internalOutToDifferentDB": "x"}]}""")]
    [InlineData(true, """{"find": "c", "awaitData": 1}""")]
    [InlineData(true, """{"find": "c", "$db": "other"}""")]
    [InlineData(true, """{"explain": {"find": "c", "$db": "other"}}""")]
    [InlineData(true, """{"explain": {"explain": {"find": "c"}}}""")]
    [InlineData(true, """{"find": "c", "lsid": {"id": 1}}""")]
    [InlineData(true, """{"find": "c", "txnNumber": 1, "autocommit": false}""")]
    [InlineData(true, """{"find": {"$binary": {"base64": "AAAAAAAAAAAAAAAAAAAAAA==", "subType": "04"}}}""")]
    [InlineData(
        true,
        """{"aggregate": "c", "pipeline": [{"$lookup": {"from": {"db": "other", "coll": "d"}, "as": "x"}}]}"""
    )]
    [InlineData(true, """{"aggregate": "c", "pipeline": [{"$graphLookup": {"from": {"db": "other", "coll": "d"}}}]}""")]
    [InlineData(true, """{"aggregate": "c", "pipeline": [{"$unionWith": {"db": "other", "coll": "d"}}]}""")]
    [InlineData(false, """{"delete": "c", "deletes": [{"q": {"$where": "1"}, "limit": 0}]}""")]
    [InlineData(false, """{"update": "c", "updates": [{"q": {}, "u": [{"$set": {"a": {"$function": {}}}}]}]}""")]
    [InlineData(false, """{"insert": "c", "documents": [], "writeConcern": {"w": 0}}""")]
    [InlineData(false, """{"insert": "c", "documents": [], "writeConcern": {"w": false}}""")]
    [InlineData(false, """{"aggregate": "c", "pipeline": [{"$match": {}}]}""")]
    [InlineData(false, """{"aggregate": "c", "pipeline": [{"$merge": {"into": {"db": "other", "coll": "d"}}}]}""")]
    [InlineData(false, """{"aggregate": "c", "pipeline": [{"$out": {"db": "other", "coll": "d"}}]}""")]
    [InlineData(false, """{"find": "c"}""")]
    [InlineData(false, """{"dropDatabase": 1}""")]
    [InlineData(false, """{"drop": 1}""")]
    public void Neither_may_leave_its_bounds(bool isQuery, string text)
    {
        var error = Reading.Refused(isQuery, text);
        Assert.Equal(
            (ErrorKind.InvalidArgument, "INVALID_ARGUMENT", isQuery ? "query" : "command"),
            (error.Kind, error.Code, error.Field)
        );
    }

    [Theory]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$out": "d"}]}""")]
    [InlineData("""{"aggregate": "c", "pipeline": [{"$merge": {"into": "d", "on": "_id"}}]}""")]
    [InlineData("""{"insert": "c", "documents": [{"$where": 1, "deep": {"$function": 2}}]}""")]
    [InlineData("""{"create": "c", "validator": {"a": {"$gte": 0}}}""")]
    [InlineData("""{"collMod": "c", "validationLevel": "off"}""")]
    public void Command_may_write(string text) => Reading.Read(isQuery: false, text);

    [Theory]
    [InlineData("""{"insert": "c", "documents": [{}]}""", """{"w":"majority","j":true}""")]
    [InlineData("""{"drop": "c"}""", """{"w":"majority","j":true}""")]
    [InlineData("""{"drop": "c", "writeConcern": {"w": 2}}""", """{"w":{"$numberInt":"2"}}""")]
    public void Write_is_durable_unless_the_command_says_otherwise(string text, string concern) =>
        Assert.Contains(
            $"\"writeConcern\":{concern},\"$db\":\"mine\"",
            Sent(isQuery: false, text, null),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("""{"find": "c"}""", null, null)]
    [InlineData("""{"find": "c"}""", 50L, 50L)]
    [InlineData("""{"find": "c", "maxTimeMS": 20}""", 50L, 20L)]
    [InlineData("""{"find": "c", "maxTimeMS": 70}""", 50L, 50L)]
    [InlineData("""{"find": "c", "maxTimeMS": 70}""", null, 70L)]
    [InlineData("""{"find": "c", "maxTimeMS": 0}""", 50L, 50L)]
    public void Server_is_told_the_shortest_time(string text, long? timeout, long? expected)
    {
        var sent = Sent(isQuery: true, text, timeout);
        Assert.Equal(
            expected is not null,
            sent.Contains($"\"maxTimeMS\":{{\"$numberLong\":\"{expected}\"}}", StringComparison.Ordinal)
        );
        Assert.Equal(expected is null ? 0 : 1, sent.Split("maxTimeMS").Length - 1);
    }

    [Theory]
    [InlineData("""{"find": "c", "batchSize": 1000000}""", "\"batchSize\":{\"$numberInt\":\"128\"}")]
    [InlineData(
        """{"aggregate": "c", "pipeline": [], "cursor": {"batchSize": 0}}""",
        "\"cursor\":{\"batchSize\":{\"$numberInt\":\"128\"}}"
    )]
    public void Batches_are_bounded_whatever_the_statement_says(string text, string expected)
    {
        var sent = Sent(isQuery: true, text, null);
        Assert.Contains(expected, sent, StringComparison.Ordinal);
        Assert.Equal(1, sent.Split("batchSize").Length - 1);
    }

    private static string Sent(bool isQuery, string text, long? milliseconds)
    {
        var envelope = new CommandEnvelope(
            Reading.Read(isQuery, text),
            "mine",
            new ObjectIdSource(TimeProvider.System)
        );
        var message = envelope.Write(milliseconds).Written[21..];
        return Bson.BsonCorpus.ToJson(message, isCanonical: true);
    }
}
