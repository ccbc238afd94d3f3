using System.Globalization;
using System.Text;
using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Database.Tests.Redis.Records;

public sealed class RedisRecordTests : RedisFixture
{
    private static readonly DbValue Binary = DbValue.From([0, 255]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_type_goes_through_records_unchanged(bool isOldProtocol)
    {
        var server = isOldProtocol ? await StartAsync(null, "--rename-command", "HELLO", "") : Server;
        var source = Open(server, Number);
        foreach (
            var command in (string[])
                [
                    "SET string größer",
                    "SET empty \"\"",
                    "SET expires x PXAT 32503680000123",
                    "SET bytes :b",
                    "HSET hash b 2 a 1 größer 👩",
                    "HSET binary f :b",
                    "RPUSH list b a b",
                    "SADD set b a c",
                    "ZADD zset 2.5 b -inf a 1e300 c 2.5 aa",
                    "EXPIRE set 100000",
                ]
        )
        {
            await source.ExecuteAsync(
                command.Contains(":b", StringComparison.Ordinal)
                    ? Statement(command, ("b", Binary))
                    : Statement(command),
                default
            );
        }

        var records = await ReadAllAsync(source, 100);
        var texts = records.ToDictionary(record => record.Id, Text, StringComparer.Ordinal);
        Assert.Equal(
            """{"encoding":"text","expiresAt":"3000-01-01T00:00:00.123Z","key":"expires","type":"string","value":"x"}""",
            texts["expires"]
        );
        Assert.EndsWith(
            "\"type\":\"hash\",\"value\":{\"a\":\"1\",\"b\":\"2\",\"gr\\u00F6\\u00DFer\":\"\\uD83D\\uDC69\"}}",
            texts["hash"],
            StringComparison.Ordinal
        );
        Assert.Equal(
            """{"encoding":"base64","expiresAt":null,"key":"binary","type":"hash","value":{"Zg==":"AP8="}}""",
            texts["binary"]
        );
        Assert.EndsWith("\"value\":[\"b\",\"a\",\"b\"]}", texts["list"], StringComparison.Ordinal);
        Assert.EndsWith("\"value\":[\"a\",\"b\",\"c\"]}", texts["set"], StringComparison.Ordinal);
        Assert.EndsWith(
            """[{"member":"a","score":"-Infinity"},{"member":"aa","score":2.5},{"member":"b","score":2.5},{"member":"c","score":1E+300}]}""",
            texts["zset"],
            StringComparison.Ordinal
        );

        var target = Open(Server, RedisServers.NextDatabase());
        for (var round = 0; round < 2; round++)
        {
            Assert.All(await WriteAsync(target, records), result => Assert.Null(result.Error));
            Assert.Equal(
                texts.OrderBy(text => text.Key, StringComparer.Ordinal).Select(text => text.Value),
                (await ReadAllAsync(target, 100)).OrderBy(record => record.Id, StringComparer.Ordinal).Select(Text)
            );
        }
    }

    [Fact]
    public async Task The_whole_key_is_replaced_whatever_it_was()
    {
        await ExecuteAsync("RPUSH a 1 2 3");
        await ExecuteAsync("SET b x EX 1000");
        await ExecuteAsync("HSET c f 1 g 2");

        var results = await WriteAsync(
            Database,
            [
                NewRecord("a", """{"type":"hash","value":{"f":1,"g":true}}"""),
                NewRecord("b", """{"type":"string","value":"y"}"""),
                NewRecord("c", """{"type":"hash","value":{"h":"3"},"expiresAt":"3000-01-01T01:00:00+01:00"}"""),
            ]
        );

        Assert.All(results, result => Assert.Null(result.Error));
        Assert.Equal(
            [
                """{"encoding":"text","expiresAt":null,"key":"a","type":"hash","value":{"f":"1","g":"true"}}""",
                """{"encoding":"text","expiresAt":null,"key":"b","type":"string","value":"y"}""",
                """{"encoding":"text","expiresAt":"3000-01-01T00:00:00Z","key":"c","type":"hash","value":{"h":"3"}}""",
            ],
            (await ReadAllAsync(Database, 10)).OrderBy(record => record.Id, StringComparer.Ordinal).Select(Text)
        );
    }

    [Theory]
    [InlineData("""{"type":"stream","value":null}""", "type")]
    [InlineData("""{"value":"x"}""", "type")]
    [InlineData("""{"type":"string"}""", "value")]
    [InlineData("""{"type":"string","value":{}}""", "value")]
    [InlineData("""{"type":"string","value":"?","encoding":"base64"}""", "value")]
    [InlineData("""{"type":"set","value":[]}""", "value")]
    [InlineData("""{"type":"set","value":[["a"]]}""", "value")]
    [InlineData("""{"type":"zset","value":[{"member":"a","score":"NaN"}]}""", "value")]
    [InlineData("""{"type":"zset","value":[{"member":"a"}]}""", "value")]
    [InlineData("""{"type":"string","value":"x","expiresAt":"soon"}""", "expiresAt")]
    [InlineData("""{"type":"string","value":"x","expiresAt":5}""", "value")]
    public async Task A_bad_record_of_a_thousand_fails_alone(string fields, string field)
    {
        var records = Enumerable
            .Range(0, 1000)
            .Select(number => NewRecord(Digits(number), """{"type":"set","value":["x"]}"""))
            .ToList();
        records[616] = NewRecord("bad", fields);

        var results = await WriteAsync(Database, records);

        Assert.Equal(
            [616],
            results.Index().Where(result => result.Item.Error is not null).Select(result => result.Index)
        );
        Assert.Equal((ErrorKind.InvalidArgument, field), (results[616].Error!.Kind, results[616].Error!.Field));
        Assert.Equal(999, (await ReadAllAsync(Database, 1000)).Count);
    }

    [Fact]
    public async Task A_key_that_is_there_throughout_is_never_missed()
    {
        var stable = Enumerable.Range(0, 700).Select(number => "stable " + Digits(number)).ToList();
        await WriteAsync(Database, [.. stable.Select(NewSet)]);
        await WriteAsync(
            Database,
            [.. Enumerable.Range(0, 3000).Select(number => NewSet("passing " + Digits(number)))]
        );
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (page, round) = (default(RecordPage), 0);
        do
        {
            page = await ReadAsync(Database, page?.Cursor, 61);
            seen.UnionWith(page.Records.Select(record => record.Id));
            Assert.InRange(page.Cursor?.Length ?? 0, 0, 4096);

            // The server's table shrinks and grows, so that its steps give other keys.
            var passing = Enumerable.Range(0, 3000).Select(number => "passing " + Digits(number));
            var grows = ++round % 10 < 5;
            await WriteAsync(
                Database,
                [
                    .. passing
                        .Skip(round % 7)
                        .Where((_, index) => index % 3 > 0 || grows)
                        .Select(id => grows ? NewSet(id) : Gone(id)),
                ]
            );
        } while (page.HasMore);

        Assert.Empty(stable.Except(seen, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(199)]
    [InlineData(10_000)]
    public async Task Pages_cut_a_step_of_the_server(int limit)
    {
        var ids = Enumerable.Range(0, 450).Select(Digits).ToList();
        await WriteAsync(Database, [.. ids.Select(NewSet)]);

        var records = await ReadAllAsync(Database, limit);

        Assert.Equal(
            ids.Order(StringComparer.Ordinal),
            records.Select(record => record.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Large_values_end_a_page()
    {
        for (var number = 0; number < 40; number++)
        {
            await ExecuteAsync(
                "SET :k :v",
                ("k", DbValue.From(number)),
                ("v", DbValue.From(new string('x', 1_000_000)))
            );
        }

        var page = await ReadAsync(Database, null, 100);

        Assert.InRange(page.Records.Count, 1, 32);
        Assert.True(page.HasMore);
        Assert.Equal(40, (await ReadAllAsync(Database, 100)).Count);
    }

    [Fact]
    public async Task A_resource_has_the_keys_of_its_pattern()
    {
        await using var connector = RedisServers.Open(
            Harness,
            Server,
            Number,
            records: new { users = new { pattern = "user:*" }, all = new { } }
        );
        await ExecuteAsync("MSET user:1 a user:2 b order:1 c");

        var page = await connector.ReadAsync(new RecordQuery("users"), default);
        var all = await connector.ReadAsync(new RecordQuery("all"), default);

        Assert.Equal(["user:1", "user:2"], page.Records.Select(record => record.Id).Order(StringComparer.Ordinal));
        Assert.Equal(3, all.Records.Count);
        Assert.Equal(["users", "all"], (await connector.ListResourcesAsync(default)).Select(resource => resource.Name));
    }

    [Fact]
    public async Task Other_types_are_told_without_their_value()
    {
        await ExecuteAsync("XADD s 1-1 f v");

        Assert.Equal(
            """{"encoding":"text","expiresAt":null,"key":"s","type":"stream","value":null}""",
            Text(Assert.Single(await ReadAllAsync(Database, 10)))
        );
    }

    [Fact]
    public async Task Full_memory_fails_the_call_and_keeps_what_was()
    {
        var server = await StartAsync(null);
        var database = Open(server);
        await database.ExecuteAsync(Statement("SET a before"), default);
        await server.CliAsync("CONFIG", "SET", "maxmemory", "1");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => WriteAsync(database, [NewSet("a")]));

        Assert.Equal((ErrorKind.QuotaExceeded, "OUT_OF_MEMORY"), (error.Kind, error.Code));
        Assert.Equal("string", await TypeAsync(database, "a"));
    }

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(SyncRecord record) => Encoding.UTF8.GetString(record.Data.Span);

    private static SyncRecord NewRecord(string id, string json) =>
        new() { Id = id, Data = Encoding.UTF8.GetBytes(json) };

    private static SyncRecord NewSet(string id) => NewRecord(id, """{"type":"set","value":["x"]}""");

    private static SyncRecord Gone(string id) => new() { Id = id, IsDeleted = true };

    private static async Task<string> TypeAsync(RedisConnector database, string key) =>
        (await QueryAsync(database, "TYPE " + key))[0][0].AsText();

    private static async Task<IReadOnlyList<RecordResult>> WriteAsync(
        RedisConnector database,
        IReadOnlyList<SyncRecord> records
    ) => await database.WriteAsync(new RecordBatch("keys", records), default);

    private static async Task<RecordPage> ReadAsync(RedisConnector database, string? cursor, int limit) =>
        await database.ReadAsync(new RecordQuery("keys") { Cursor = cursor, Limit = limit }, default);

    private static async Task<List<SyncRecord>> ReadAllAsync(RedisConnector database, int limit)
    {
        var records = new List<SyncRecord>();
        for (string? cursor = null; ; )
        {
            var page = await ReadAsync(database, cursor, limit);
            Assert.InRange(page.Records.Count, 0, limit);
            records.AddRange(page.Records);
            Assert.InRange(records.Count, 0, 5000);
            if (!page.HasMore)
            {
                return records;
            }

            Assert.InRange(page.Cursor!.Length, 1, 4096);
            cursor = page.Cursor;
        }
    }
}
