using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Database;

namespace Yyc3.Connectors.Database.Tests.MongoDb;

/// <summary>MongoDB, as the neutral suite sees it: an item is a document with the key as its id.</summary>
public sealed class MongoSubject : CommandDatabaseSubject
{
    private readonly ConnectorHarness _harness = new();
    private MongoDbConnector? _connector;
    private long _count;

    public override DbStatement Series =>
        new(
            """
            {"aggregate": 1, "pipeline": [{"$documents": {"$map": {
              "input": {"$range": [1, {"$literal": ":end"}]}, "in": {"value": "$$this"}}}}]}
            """
        )
        {
            Parameters = Values(("end", DbValue.From(_count + 1))),
        };

    public override DbStatement SlowQuery => new("""{"find": "conf_items", "comment": "sleep 30000"}""");

    public override IReadOnlyList<string> Writes =>
        [
            """{"insert": "conf_items", "documents": [{"_id": "x"}]}""",
            """{"update": "conf_items", "updates": [{"q": {}, "u": {"$set": {"value": 1}}, "multi": true}]}""",
            """{"delete": "conf_items", "deletes": [{"q": {}, "limit": 0}]}""",
            """{"findAndModify": "conf_items", "query": {}, "remove": true}""",
            """{"aggregate": "conf_items", "pipeline": [{"$out": "conf_items"}]}""",
            """{"aggregate": "conf_items", "pipeline": [{"$match": {"_id": 0}}, {"$merge": "conf_items"}]}""",
            """{"drop": "conf_items"}""",
            """{"dropDatabase": 1}""",
            """{"createIndexes": "conf_items", "indexes": [{"key": {"value": 1}, "name": "v"}]}""",
            """{"explain": {"delete": "conf_items", "deletes": [{"q": {}, "limit": 0}]}}""",
        ];

    public override IReadOnlyList<string> RefusedCommands =>
        [
            """{"shutdown": 1}""",
            """{"eval": "db.conf_items.drop()"}""",
            """{"killOp": 1, "op": 1}""",
            """{"createUser": "x", "pwd": "x", "roles": ["root"]}""",
            """{"dropDatabase": 1}""",
            """{"renameCollection": "a.b", "to": "c.d"}""",
            """{"insert": "conf_items", "documents": [{"_id": 1}], "$db": "other"}""",
            """{"insert": "conf_items", "documents": [{"_id": 1}], "lsid": {"id": 1}}""",
            """{"aggregate": "conf_items", "pipeline": [{"$out": {"db": "other", "coll": "x"}}]}""",
            """{"aggregate": "conf_items", "pipeline": [{"$merge": {"into": {"db": "other", "coll": "x"}}}]}""",
            """{"getMore": {"$numberLong": "1"}, "collection": "conf_items"}""",
            """{"commitTransaction": 1}""",
            """{"startSession": 1}""",
            """{"configureFailPoint": "failCommand", "mode": "alwaysOn"}""",
        ];

    public override IReadOnlyList<string> Unparsable =>
        [
            "find",
            "{",
            "[]",
            "{}",
            "\"find\"",
            """{"find": "conf_items",}""",
            """{"find": :name}""",
            """{"find": "a", "find": "b"}""",
        ];

    public override DbStatement LookAlikes =>
        new(
            """
            {"aggregate": 1, "pipeline": [{"$documents": [{
              "value": "a :key in text", "time": "12:30", "twice": "::key", "number": ":1", "space": ": key", "colon": ":"}]}]}
            """
        );

    public override string Misfit =>
        """{"update": "conf_items", "updates": [{"q": {}, "u": {"$nope": {"a": 1}}, "upsert": true}]}""";

    public override async ValueTask<IDatabase> OpenAsync() =>
        _connector = await (await MongoServers.GetAsync()).OpenAsync(_harness);

    public override DbStatement Put(string key, DbValue value) =>
        new(
            """
            {"update": "conf_items", "updates": [{"q": {"_id": ":key"}, "u": {"$set": {"value": ":value"}}, "upsert": true}]}
            """
        )
        {
            Parameters = Values(("key", DbValue.From(key)), ("value", value)),
        };

    public override DbStatement Get(string key) =>
        Of("""{"find": "conf_items", "filter": {"_id": ":key"}, "projection": {"value": 1}}""", key);

    public override DbStatement Remove(string key) =>
        Of("""{"delete": "conf_items", "deletes": [{"q": {"_id": ":key"}, "limit": 1}]}""", key);

    public override DbStatement Increment(string key) =>
        Of(
            """{"update": "conf_items", "updates": [{"q": {"_id": ":key"}, "u": {"$inc": {"value": 1}}, "upsert": true}]}""",
            key
        );

    public override ValueTask FillSeriesAsync(IDatabase database, long count)
    {
        _count = count;
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _connector?.Dispose();
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    private static DbStatement Of(string text, string key) =>
        new(text) { Parameters = Values(("key", DbValue.From(key))) };

    private static Dictionary<string, DbValue> Values(params (string Name, DbValue Value)[] values) =>
        values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
}
