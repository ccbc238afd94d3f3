using System.Globalization;
using System.Text;
using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Records;

public sealed class MongoRecordTests : IAsyncLifetime
{
    private const string Types = """
        {"_id": {"$oid": "65f0c0ffee65f0c0ffee65f0"}, "z": 1, "Z": {"$numberLong": "9223372036854775807"}, "double": 5.0,
        "tiny": 1E-07, "nan": {"$numberDouble": "NaN"}, "decimal": {"$numberDecimal": "12345678901234567890.1234567890"},
        "infinite": {"$numberDecimal": "-Infinity"}, "text": "größer 👩", "yes": true, "none": null,
        "bytes": {"$binary": {"base64": "AQI=", "subType": "00"}}, "uuid": {"$uuid": "123e4567-e89b-12d3-a456-426614174000"},
        "date": {"$date": "2026-02-03T10:00:00.250Z"}, "old": {"$date": {"$numberLong": "-62135596800000"}},
        "list": [1, {"b": 1, "a": {"$date": "2026-02-03T10:00:00Z"}}], "reference": {"$oid": "000000000000000000000001"},
        "stamp": {"$timestamp": {"t": 1, "i": 2}}, "least": {"$minKey": 1},
        "pattern": {"$regularExpression": {"pattern": "^a", "options": "i"}}}
        """;

    private readonly ConnectorHarness _harness = new();
    private MongoDbConnector? _connector;

    private MongoDbConnector Connector => _connector!;

    public async ValueTask InitializeAsync() =>
        _connector = await (await MongoServers.GetAsync()).OpenAsync(
            _harness,
            records: new
            {
                exact = new { collection = "types", extendedJson = true },
                copy = new { extendedJson = true },
                changing = new { modifiedAt = "at" },
            }
        );

    public ValueTask DisposeAsync()
    {
        _connector?.Dispose();
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_type_has_a_place_in_the_fields()
    {
        await InsertAsync("types", Types);

        Assert.Equal(
            """
            {"Z":9223372036854775807,"_id":"65f0c0ffee65f0c0ffee65f0","bytes":"AQI=","date":"2026-02-03T10:00:00.25Z",
            "decimal":12345678901234567890.1234567890,"double":5.0,"infinite":"-Infinity","least":{"$minKey":1},
            "list":[1,{"b":1,"a":"2026-02-03T10:00:00Z"}],"nan":"NaN","none":null,"old":"0001-01-01T00:00:00Z",
            "pattern":{"$regularExpression":{"pattern":"^a","options":"i"}},"reference":"000000000000000000000001",
            "stamp":{"$timestamp":{"t":1,"i":2}},"text":"größer \uD83D\uDC69","tiny":1E-07,
            "uuid":"123e4567-e89b-12d3-a456-426614174000","yes":true,"z":1}
            """.ReplaceLineEndings(""),
            Text(Assert.Single(await ReadAllAsync("types", 10)))
        );
    }

    [Fact]
    public async Task Extended_json_keeps_every_type()
    {
        // What the test server is written in has its own idea of binaries that are UUIDs.
        await InsertAsync(
            "types",
            Types
                .Replace("uuid", "binary", StringComparison.Ordinal)
                .Replace(
                    "\"123e4567-e89b-12d3-a456-426614174000\"",
                    """{"base64": "AQI=", "subType": "05"}""",
                    StringComparison.Ordinal
                )
        );

        var records = await ReadAllAsync("exact", 10);
        for (var round = 0; round < 2; round++)
        {
            Assert.All(await WriteAsync("copy", records), result => Assert.Null(result.Error));
        }

        Assert.Equal(records.Select(Text), (await ReadAllAsync("copy", 10)).Select(Text));
        Assert.Contains("{\"$date\":\"2026-02-03T10:00:00.250Z\"}", Text(records[0]), StringComparison.Ordinal);
        Assert.Equal(
            1,
            await CountAsync("copy", """{"date": {"$type": "date"}, "reference": {"$type": "objectId"}}""")
        );
    }

    [Fact]
    public async Task Numbers_keep_all_their_digits()
    {
        const string Numbers =
            """{"a":1.50,"b":18446744073709551615,"c":0.1,"d":1E-07,"e":12345678901234567890.1234567890,"f":5.0,"g":-9223372036854775808}""";
        var results = await WriteAsync(
            "t",
            [NewRecord("x", Numbers), NewRecord("y", $$"""{"a":{{new string('9', 35)}}}""")]
        );

        Assert.Equal(ErrorKind.InvalidArgument, results[1].Error!.Kind);
        Assert.Equal(Numbers.Insert(1, "\"_id\":\"x\","), Text(Assert.Single(await ReadAllAsync("t", 10))));
    }

    [Fact]
    public async Task Ids_of_all_types_are_paged_through_and_deleted_by()
    {
        string[] ids =
        [
            "null",
            "1",
            """{"$numberLong": "2"}""",
            "2.5",
            """{"$numberDecimal": "3.5"}""",
            "3000000000",
            "\"1\"",
            "\"a\"",
            """{"a": 1}""",
            """{"a": "b"}""",
            """{"$binary": {"base64": "AQI=", "subType": "00"}}""",
            """{"$oid": "65f0c0ffee65f0c0ffee65f0"}""",
            "false",
            "true",
            """{"$date": {"$numberLong": "1"}}""",
            """{"$timestamp": {"t": 1, "i": 2}}""",
        ];
        foreach (var id in ids)
        {
            await InsertAsync("t", $$$"""{"_id": {{{id}}}, "at": {"$date": "2026-02-03T10:00:00Z"}}""");
            await InsertAsync("changing", $$$"""{"_id": {{{id}}}, "at": {"$date": "2026-02-03T10:00:00Z"}}""");
        }

        foreach (var limit in (int[])[1, 3, 100])
        {
            Assert.Equal(ids.Length, (await ReadAllAsync("t", limit)).Select(record => record.Id).Distinct().Count());
            var (changes, _) = await ReadChangesAsync("{\"m\":null}", limit);
            Assert.Equal(ids.Length, changes.Select(record => record.Id).Distinct().Count());
        }

        var records = await ReadAllAsync("t", 100);
        await WriteAsync("t", records);
        Assert.Equal(records.Select(Text), (await ReadAllAsync("t", 100)).Select(Text));
        await WriteAsync(
            "t",
            [.. records.Skip(1).Select(record => new SyncRecord { Id = record.Id, IsDeleted = true })]
        );
        Assert.Equal(records[0].Id, Assert.Single(await ReadAllAsync("t", 100)).Id);
    }

    [Theory]
    [InlineData("""{"$gt":""}""")]
    [InlineData("""{"$ne":null}""")]
    [InlineData("""{"$regularExpression":{"pattern":"","options":""}}""")]
    public async Task An_id_is_no_condition(string id)
    {
        await InsertAsync("t", """{"_id": "a"}""");

        await WriteAsync("t", [new SyncRecord { Id = id, IsDeleted = true }]);

        Assert.Single(await ReadAllAsync("t", 100));
    }

    [Fact]
    public async Task A_bad_document_of_a_thousand_fails_alone()
    {
        await DatabaseCalls.ExecuteAsync(
            Connector,
            """{"createIndexes": "t", "indexes": [{"key": {"mail": 1}, "name": "m", "unique": true, "sparse": true}]}"""
        );
        await InsertAsync("t", """{"_id": "first", "mail": "taken"}""");
        var records = Enumerable
            .Range(1, 1000)
            .Select(id => NewRecord(Digits(id), id == 617 ? """{"mail":"taken"}""" : $$"""{"v":{{id}}}"""))
            .ToList();

        var results = await WriteAsync("t", records);

        Assert.Equal(
            [616],
            results.Index().Where(result => result.Item.Error is not null).Select(result => result.Index)
        );
        Assert.Equal("UNIQUE_VIOLATION", results[616].Error!.Code);
        Assert.Equal(1000, (await ReadAllAsync("t", 400)).Count);
    }

    [Fact]
    public async Task A_change_that_becomes_visible_late_is_told()
    {
        await InsertAsync("changing", """{"_id": 1, "at": {"$date": "2026-02-03T10:00:00Z"}}""");
        var position = (await Connector.GetPositionAsync("changing", default))!;
        var (_, next) = await ReadChangesAsync(position, 10);
        await InsertAsync("changing", """{"_id": 2, "at": {"$date": "2026-02-03T09:59:10Z"}}""");

        foreach (var cursor in (string[])[position, next])
        {
            var (records, _) = await ReadChangesAsync(cursor, 1);
            Assert.Equal(["2", "1"], records.Select(record => record.Id));
            Assert.Equal(new DateTimeOffset(2026, 2, 3, 10, 0, 0, TimeSpan.Zero), records[1].ModifiedAt);
        }
    }

    [Fact]
    public async Task The_moment_of_a_change_is_written_as_a_date()
    {
        await WriteAsync(
            "changing",
            [NewRecord("1", """{"at":"2026-02-03T10:00:00.123456Z","other":"2026-02-03T10:00:00Z"}""")]
        );

        Assert.Equal(1, await CountAsync("changing", """{"at": {"$type": "date"}, "other": {"$type": "string"}}"""));
    }

    [Fact]
    public async Task Pages_end_where_the_servers_answer_does()
    {
        for (var id = 0; id < 5; id++)
        {
            await InsertAsync("t", $$"""{"_id": {{Digits(id)}}, "v": "{{new string('x', 6_000_000)}}"}""");
        }

        var page = await Connector.ReadAsync(new RecordQuery("t") { Limit = 10 }, default);

        Assert.InRange(page.Records.Count, 1, 3);
        Assert.True(page.HasMore);
        Assert.Equal(["0", "1", "2", "3", "4"], (await ReadAllAsync("t", 10)).Select(record => record.Id));
    }

    [Fact]
    public async Task Without_the_setting_every_collection_is_a_resource()
    {
        using var connector = await (await MongoServers.GetAsync()).OpenAsync(_harness);
        foreach (var name in (string[])["b", "a"])
        {
            await DatabaseCalls.ExecuteAsync(connector, $$"""{"insert": "{{name}}", "documents": [{"_id": 1}]}""");
        }

        var resources = await connector.ListResourcesAsync(default);

        Assert.Equal(["a", "b"], resources.Select(resource => resource.Name));
        Assert.All(resources, resource => Assert.Equal((false, "_id"), (resource.TellsChanges, resource.KeyFields[0])));
    }

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(SyncRecord record) => Encoding.UTF8.GetString(record.Data.Span);

    private static SyncRecord NewRecord(string id, string json) =>
        new() { Id = id, Data = Encoding.UTF8.GetBytes(json) };

    private Task<ExecuteResult> InsertAsync(string collection, string document) =>
        DatabaseCalls.ExecuteAsync(Connector, $$"""{"insert": "{{collection}}", "documents": [{{document}}]}""");

    private async Task<long> CountAsync(string collection, string query) =>
        (await DatabaseCalls.QueryAsync(Connector, $$"""{"count": "{{collection}}", "query": {{query}}}"""))[0]
            [0]
            .AsInt64();

    private async Task<IReadOnlyList<RecordResult>> WriteAsync(string resource, IReadOnlyList<SyncRecord> records) =>
        await Connector.WriteAsync(new RecordBatch(resource, records), default);

    private async Task<List<SyncRecord>> ReadAllAsync(string resource, int limit)
    {
        var records = new List<SyncRecord>();
        for (string? cursor = null; ; )
        {
            var page = await Connector.ReadAsync(new RecordQuery(resource) { Cursor = cursor, Limit = limit }, default);
            records.AddRange(page.Records);
            Assert.InRange(records.Count, 0, 5000);
            if (!page.HasMore)
            {
                return records;
            }

            cursor = page.Cursor;
        }
    }

    private async Task<(List<SyncRecord> Records, string Cursor)> ReadChangesAsync(string cursor, int limit)
    {
        var records = new List<SyncRecord>();
        while (true)
        {
            var query = new RecordQuery("changing")
            {
                Reading = RecordReading.Changes,
                Cursor = cursor,
                Limit = limit,
            };
            var page = await Connector.ReadAsync(query, default);
            records.AddRange(page.Records);
            Assert.InRange(records.Count, 0, 5000);
            cursor = page.Cursor!;
            if (!page.HasMore)
            {
                return (records, cursor);
            }
        }
    }
}
