using System.Globalization;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Sdk.Sync;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

/// <summary>Many rows of which none is there are copied; every table here notes by which command a row came.</summary>
public sealed class PostgreSqlNewRowTests : IAsyncDisposable
{
    private const int Copied = 100;

    private const string AllTypes =
        "id bigint primary key, small smallint, whole integer, flag boolean, single real, exact double precision,"
        + " price numeric(12,2), amount numeric, day date, local timestamp, at timestamptz, rounded timestamptz(1),"
        + " guid uuid, raw bytea, doc json, tree jsonb, name varchar(200), body text";

    private readonly PostgreSqlFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task New_rows_are_copied_and_those_that_are_there_are_written_again()
    {
        var database = await OpenAsync("id integer primary key, body text");

        await WriteAsync(database, Rows(1, Copied, "new"));
        await WriteAsync(database, Rows(Copied, Copied, "again"));
        await WriteAsync(database, Rows(1000, Copied - 1, "few"));

        Assert.Equal(
            ["again INSERT 100", "few INSERT 99", "new COPY 99"],
            await TextsAsync(
                database,
                "select body || ' ' || how || ' ' || count(*) from t group by body, how order by 1"
            )
        );
        Assert.Equal(0, database.PoolUsage.InUse);
    }

    [Fact]
    public async Task Keys_of_several_columns_are_looked_for_together()
    {
        var database = await OpenAsync("a integer, b text, body text, primary key (a, b)");
        SyncRecord[] Records(int from, string text) =>
            [
                .. Enumerable
                    .Range(from, Copied)
                    .Select(i =>
                        Record($"[\"{i % 7}\",\"b{i}\"]", $$"""{"a":{{i % 7}},"b":"b{{i}}","body":"{{text}}"}""")
                    ),
            ];

        await WriteAsync(database, Records(0, "new"));
        await WriteAsync(database, Records(Copied, "more"));
        await WriteAsync(database, Records(Copied + 1, "again"));

        Assert.Equal(
            ["again INSERT 100", "more COPY 1", "new COPY 100"],
            await TextsAsync(
                database,
                "select body || ' ' || how || ' ' || count(*) from t group by body, how order by 1"
            )
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Copied_values_are_what_the_server_itself_reads_from_their_texts(int seed)
    {
        var database = await OpenAsync(AllTypes);
        await ExecuteAsync(database, "create table read (like t including all)");
        var random = new Random(seed);
        var records = Enumerable.Range(1, 500).Select(id => Record($"{id}", PlainRow(random, id))).ToArray();

        await WriteAsync(database, records);
        foreach (var few in records.Chunk(Copied - 1))
        {
            await WriteAsync(database, few, "read");
        }

        Assert.Equal(["COPY 500"], await TextsAsync(database, "select how || ' ' || count(*) from t group by how"));
        var columns = AllTypes.Split(", ").Select(column => column.Split(' ')[0]).ToList();
        foreach (var column in columns)
        {
            Assert.Empty(
                await TextsAsync(
                    database,
                    $"select t.{column}::text || ' and ' || read.{column}::text from t join read using (id)"
                        + $" where t.{column}::text is distinct from read.{column}::text"
                )
            );
        }
    }

    [Theory]
    [InlineData("small", "\"+7\"", "7")]
    [InlineData("flag", "\"yes\"", "true")]
    [InlineData("exact", "\"NaN\"", "NaN")]
    [InlineData("exact", "-0", "-0")]
    [InlineData("exact", "4.9e-324", "5e-324")]
    [InlineData("amount", "1.5e3", "1500")]
    [InlineData("amount", "\"NaN\"", "NaN")]
    [InlineData("amount", "\".5\"", "0.5")]
    [InlineData("day", "\"infinity\"", "infinity")]
    [InlineData("day", "\"0044-03-15 BC\"", "0044-03-15 BC")]
    [InlineData("day", "\"20240229\"", "2024-02-29")]
    [InlineData("local", "\"2024-02-29\"", "2024-02-29 00:00:00")]
    [InlineData("local", "\"2024-02-29T24:00:00\"", "2024-03-01 00:00:00")]
    [InlineData("at", "\"2024-02-29T12:00:00+05:30\"", "2024-02-29 06:30:00+00")]
    [InlineData("at", "\"2024-02-29T12:00:00.1234567Z\"", "2024-02-29 12:00:00.123457+00")]
    [InlineData("at", "\"2024-02-29T12:00:60Z\"", "2024-02-29 12:01:00+00")]
    [InlineData("guid", "\"{00112233445566778899aabbccddeeff}\"", "00112233-4455-6677-8899-aabbccddeeff")]
    [InlineData("body", "\"line\\n\\u00e9\"", "line\né")]
    public async Task What_is_not_written_plainly_is_left_to_the_server(string column, string json, string text)
    {
        var database = await OpenAsync(AllTypes);
        var odd = Record("1", $$"""{"id":1,"{{column}}":{{json}}}""");
        var plain = Enumerable.Range(2, Copied).Select(id => Record($"{id}", $$"""{"id":{{id}},"{{column}}":null}"""));

        await WriteAsync(database, [odd, .. plain]);

        Assert.Equal(
            [text],
            await TextsAsync(
                database,
                $"select t.{column}::text from t, (select set_config('timezone', 'UTC', true)) z where id = 1"
            )
        );
    }

    [Theory]
    [InlineData("small", "32768")]
    [InlineData("whole", "-2147483649")]
    [InlineData("id", "9223372036854775808")]
    [InlineData("price", "12345678901.00")]
    [InlineData("exact", "1e309")]
    [InlineData("day", "\"2023-02-29\"")]
    [InlineData("local", "\"2023-02-28T23:60:00\"")]
    [InlineData("raw", "\"no base64!\"")]
    [InlineData("tree", "{\"a\":\"\\u0000\"}")]
    [InlineData("body", "\"nul \\u0000\"")]
    public async Task One_bad_value_among_many_fails_alone(string column, string json)
    {
        var database = await OpenAsync(AllTypes);
        var bad =
            column == "id"
                ? Record(json, $$"""{"id":{{json}}}""")
                : Record("7", $$"""{"id":7,"{{column}}":{{json}}}""");
        var good = Enumerable
            .Range(100, 2 * Copied)
            .Select(id =>
                Record($"{id}", column == "id" ? $$"""{"id":{{id}}}""" : $$"""{"id":{{id}},"{{column}}":null}""")
            )
            .ToList();

        var results = await database.WriteAsync(
            new RecordBatch("t", [.. good.Take(Copied), bad, .. good.Skip(Copied)]),
            default
        );

        Assert.NotNull(results[Copied].Error);
        Assert.Single(results, result => result.Error is not null);
        Assert.Equal(["200"], await TextsAsync(database, "select count(*)::text from t"));
        Assert.Equal(0, database.PoolUsage.InUse);
    }

    [Fact]
    public async Task A_table_with_policies_for_rows_is_written_all_the_same()
    {
        var database = await OpenAsync("id integer primary key, body text");
        foreach (
            var text in new[]
            {
                "alter table t enable row level security",
                "alter table t force row level security",
                "create policy mine on t using (body <> 'theirs') with check (body <> 'theirs')",
            }
        )
        {
            await ExecuteAsync(database, text);
        }

        for (var page = 0; page < 3; page++)
        {
            await WriteAsync(database, Rows(page * Copied, Copied, "mine"));
        }

        Assert.Equal(["INSERT 300"], await TextsAsync(database, "select how || ' ' || count(*) from t group by how"));
    }

    [Fact]
    public async Task Copying_that_is_cancelled_stores_nothing()
    {
        var database = await OpenAsync("id integer primary key, body text");
        await ExecuteAsync(
            database,
            "create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$"
        );
        await ExecuteAsync(database, "create trigger slow before insert on t for each row execute function slow()");
        using var caller = new CancellationTokenSource();

        var writing = database.WriteAsync(new RecordBatch("t", Rows(1, Copied, "x")), caller.Token).AsTask();
        await PostgreSqlFixture.UntilAsync(async () =>
            (
                await TextsAsync(
                    database,
                    "select pid::text from pg_stat_activity where query like 'COPY%' and wait_event = 'PgSleep' and usename = current_user"
                )
            ).Count > 0
        );
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.Equal(["0"], await TextsAsync(database, "select count(*)::text from t"));
        await PostgreSqlFixture.UntilAsync(() => Task.FromResult(database.PoolUsage.InUse == 0));
    }

    private static SyncRecord[] Rows(int from, int count, string body) =>
        [.. Enumerable.Range(from, count).Select(id => Record($"{id}", $$"""{"id":{{id}},"body":"{{body}}"}"""))];

    private static SyncRecord Record(string id, string json) => new() { Id = id, Data = Encoding.UTF8.GetBytes(json) };

    private static string PlainRow(Random random, int id)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["id"] = id,
            ["small"] = random.Next(3) switch
            {
                0 => short.MinValue,
                1 => short.MaxValue,
                _ => random.Next(-999, 999),
            },
            ["whole"] = random.Next(3) switch
            {
                0 => int.MinValue,
                1 => int.MaxValue,
                _ => random.Next(-99_999, 99_999),
            },
            ["flag"] = random.Next(2) == 0,
            ["single"] = Math.Round(random.NextSingle() * 1000 - 500.5, 3),
            ["exact"] = random.NextDouble() * Math.Pow(10, random.Next(-300, 300)) + double.MinValue * 1e-307,
            ["price"] = Number(random, 10, 5),
            ["amount"] = Number(random, 40, 40),
            ["day"] = Day(random),
            ["local"] =
                $"{Day(random)}{(random.Next(2) == 0 ? ' ' : 'T')}{Clock(random)}{(random.Next(2) == 0 ? "" : "Z")}",
            ["at"] =
                $"{Day(random)}{(random.Next(2) == 0 ? ' ' : 'T')}{Clock(random)}{(random.Next(2) == 0 ? "+00" : "Z")}",
            ["rounded"] = $"{Day(random)}T{Clock(random)}Z",
            ["guid"] = new Guid(Bytes(random, 16)),
            ["raw"] = Convert.ToBase64String(Bytes(random, random.Next(70))),
            ["doc"] = new { a = new object?[] { 1, null, "x \" \n é" } },
            ["tree"] = new object?[] { true, Number(random, 5, 3), new { b = "世界" } },
            ["name"] = string.Concat(Enumerable.Repeat("ä\t\\N", random.Next(30))),
            ["body"] = random.Next(4) == 0 ? "" : new string((char)random.Next(32, 1000), random.Next(2000)),
        };
        foreach (var name in fields.Keys.Where(name => name != "id" && random.Next(12) == 0).ToList())
        {
            fields[name] = null;
        }

        return JsonSerializer.Serialize(fields);
    }

    private static JsonElement Number(Random random, int whole, int fraction)
    {
        var text = new StringBuilder(random.Next(2) == 0 ? "-" : "");
        var digits = random.Next(1, whole + 1);
        text.Append(digits == 1 ? '0' : (char)('0' + random.Next(1, 10)));
        for (var digit = 1; digit < digits; digit++)
        {
            text.Append(random.Next(3) == 0 ? '0' : (char)('0' + random.Next(10)));
        }

        if (random.Next(4) > 0)
        {
            text.Append('.');
            for (var digit = random.Next(1, fraction + 1); digit > 0; digit--)
            {
                text.Append(random.Next(3) == 0 ? '0' : (char)('0' + random.Next(10)));
            }
        }

        return JsonElement.Parse(text.ToString());
    }

    private static string Day(Random random) =>
        new DateTime(1, 1, 1, 0, 0, 0, DateTimeKind.Unspecified)
            .AddDays(random.Next(3_652_059))
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Clock(Random random)
    {
        var text = new TimeOnly(random.NextInt64(TimeSpan.TicksPerDay / 10) * 10).ToString(
            "HH:mm:ss.ffffff",
            CultureInfo.InvariantCulture
        );
        var fraction = random.Next(7);
        return fraction == 0 ? text[..8] : text[..(9 + fraction)];
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteAsync(PostgreSqlConnector database, SyncRecord[] records, string table = "t") =>
        Assert.All(
            await database.WriteAsync(new RecordBatch(table, records), default),
            result => Assert.Null(result.Error)
        );

    private static async Task<List<string>> TextsAsync(PostgreSqlConnector database, string query) =>
        [.. (await QueryAsync(database, query)).Select(row => row[0].AsText())];

    private async Task<PostgreSqlConnector> OpenAsync(string columns)
    {
        var database = await _fixture.OpenAsync();
        await ExecuteAsync(database, $"create table t ({columns}, how text)");
        await ExecuteAsync(
            database,
            "create function note() returns trigger language plpgsql as"
                + " $$ begin new.how = upper(split_part(current_query(), ' ', 1)); return new; end $$"
        );
        await ExecuteAsync(
            database,
            "create trigger note before insert or update on t for each row execute function note()"
        );
        return database;
    }
}
