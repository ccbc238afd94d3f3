using System.Globalization;
using System.Text;
using Yyc3.Connectors.MySql;
using Yyc3.Connectors.MySql.Records;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Testing.Conformance.Sync;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlRecordTests : IAsyncLifetime
{
    private MySqlFixture? _fixture;
    private MySqlConnector? _connector;

    private MySqlFixture Fixture => _fixture!;

    private MySqlConnector Connector => _connector!;

    public sealed class Source : RecordSourceTests<MySqlRecordSubject>;

    public sealed class Sink : RecordSinkTests<MySqlRecordSubject>;

    public async ValueTask InitializeAsync()
    {
        _fixture = await MySqlFixture.CreateAsync();
        _connector = _fixture.Open();
    }

    public ValueTask DisposeAsync() => Fixture.DisposeAsync();

    [Fact]
    public async Task Every_type_goes_through_records_unchanged()
    {
        const string Types =
            "id bigint unsigned primary key, b boolean, ti tinyint, tu tinyint unsigned, si smallint, mi mediumint unsigned,"
            + " i int, bi bigint, bu bigint unsigned, f float, d double, n decimal(65,30), bit1 bit(1), bit64 bit(64),"
            + " y year, da date, t time(6), dt datetime(6), d0 datetime, ts timestamp(6) null, c char(5), v varchar(50),"
            + " l varchar(20) charset latin1, lt longtext, bin binary(3), vb varbinary(10), bl longblob, e enum('x','y z'),"
            + " s set('a','b'), j json, u uuid, ip inet6, p point, `odd \"'\\\\ name` int, g int generated always as (i + 1) stored";
        await Fixture.Server.RunAsync(
            $"SET SESSION sql_mode = 'STRICT_ALL_TABLES'; USE {Fixture.Database}; CREATE TABLE a ({Types}); CREATE TABLE z LIKE a;"
                + " INSERT INTO a (id, b, ti, tu, si, mi, i, bi, bu, f, d, n, bit1, bit64, y, da, t, dt, d0, ts, c, v, l, lt, bin,"
                + " vb, bl, e, s, j, u, ip, p, `odd \"'\\\\ name`) VALUES"
                + " (18446744073709551615, true, -128, 255, -32768, 16777215, -2147483648, -9223372036854775808,"
                + " 18446744073709551615, 0.1, 1.7976931348623157e308,"
                + " -12345678901234567890.123456789012345678901234567890, b'1', 0xFFFFFFFFFFFFFFFF, 0, '2026-02-03',"
                + " '-838:59:59.999999', '9999-12-31 23:59:59.999999', '2026-02-03 10:00:00', '2026-02-03 10:00:00.123456',"
                + " 'ab', 'größer 👩 \\\\ \\\" \\n', 'größer', '{\"text\": true}', x'000102', x'00ff', x'', 'y z', 'a,b',"
                + " '{\"a\": [1, 2.50, null], \"👩\": \"ü\"}', '123e4567-e89b-12d3-a456-426614174000', '::1', point(1, 2.5), 7),"
                + " (1, 0, 7, 0, 0, 0, 0, 0, 0, -1e-20, 5e-324, 0, b'0', 1, 2026, '0000-00-00', '00:00:00',"
                + " '0000-00-00 00:00:00', '1000-01-01', '1970-01-01 00:00:01', '', '', '', 'null', x'ffffff', '', 'blob',"
                + " 'x', '', '\"text\"', '00000000-0000-0000-0000-000000000000', 'fe80::1', point(0, 0), 0),"
                + " (2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, 1.5, 1, 1, 1901, '9999-12-31', '23:59:58.000012', '1000-01-01',"
                + " '2026-02-03', '2038-01-19 03:14:07.999999', 'true', 'true', 'null', '[]', 'abc', 'x', repeat('x', 100000),"
                + " 'x', 'b', '1.50', uuid(), '1::', point(1, 1), -1); INSERT INTO a (id) VALUES (3)"
        );

        var records = new List<SyncRecord>();
        foreach (var limit in (int[])[1, 100])
        {
            records = await ReadAllAsync("a", limit);
            Assert.Equal(["1", "2", "3", "18446744073709551615"], records.Select(record => record.Id));
        }

        for (var round = 0; round < 2; round++)
        {
            Assert.All(await WriteAsync("z", records), result => Assert.Null(result.Error));
        }

        var sums = (await Fixture.Server.RunAsync($"CHECKSUM TABLE {Fixture.Database}.a, {Fixture.Database}.z")).Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries
        );
        Assert.Equal(sums[0].Split('\t')[1], sums[1].Split('\t')[1]);
        Assert.Equal(records.Select(Text), (await ReadAllAsync("z", 2)).Select(Text));
    }

    [Fact]
    public async Task A_bad_row_of_a_thousand_fails_alone()
    {
        await ExecuteAsync(Connector, "create table t (id int primary key, v varchar(5) not null)");
        var records = Enumerable
            .Range(1, 1000)
            .Select(id => NewRecord($$"""{"id":{{id}},"v":"{{(id == 617 ? "longer" : "short")}}"}""", id))
            .ToList();

        var results = await WriteAsync("t", records);

        Assert.Equal(
            [616],
            results.Index().Where(result => result.Item.Error is not null).Select(result => result.Index)
        );
        Assert.Equal(ErrorKind.InvalidArgument, results[616].Error!.Kind);
        Assert.Equal(999, (await ReadAllAsync("t", 400)).Count);
    }

    [Theory]
    [InlineData("tinyint(1)", "0|1|7")]
    [InlineData("bigint", "-9223372036854775808|-1|9007199254740992|9007199254740993")]
    [InlineData("bigint unsigned", "0|18446744073709551614|18446744073709551615")]
    [InlineData("decimal(40,2)", "-1.50|12345678901234567890123.01|12345678901234567890123.02")]
    [InlineData("double", "-1.5|0.1|1e300")]
    [InlineData("bit(12)", "1|2|2730")]
    [InlineData("datetime(6)", "'2026-02-03 10:00:00.000001'|'2026-02-03 10:00:00.000002'|'2027-01-01'")]
    [InlineData("date", "'2026-02-03'|'2026-02-04'")]
    [InlineData("time(3)", "'-838:59:59'|'-00:00:00.5'|'00:00:00'|'100:00:00'")]
    [InlineData("varchar(20)", "''|'B'|'a'|'ä b'|'👩'|'abc\\''")]
    [InlineData("varchar(20) charset latin1 collate latin1_bin", "'A'|'a'|'ü'")]
    [InlineData("varchar(20) collate utf8mb4_nopad_bin", "'a'|'a '|'A'")]
    [InlineData("varbinary(20)", "''|x'00'|x'0000'|x'ff'")]
    [InlineData("enum('z','m','a')", "'a'|'m'|'z'")]
    [InlineData("set('z','m')", "'m'|'z'|'z,m'")]
    [InlineData(
        "uuid",
        "'ffffffff-e89b-12d3-a456-426614174000'|'123e4567-e89b-f2d3-a456-426614174000'|'00000000-0000-0000-0000-000000000001'"
    )]
    public async Task Keys_of_every_type_are_paged_through_and_deleted_by(string type, string literals)
    {
        var keys = literals.Split('|');
        await ExecuteAsync(Connector, $"create table t (k {type}, n int, primary key (k, n))");
        await ExecuteAsync(Connector, $"create table single (k {type} primary key, n int)");
        foreach (var key in keys)
        {
            await ExecuteAsync(Connector, $"insert into t values ({key}, 2), ({key}, 1)");
            await ExecuteAsync(Connector, $"insert into single values ({key}, 1)");
        }

        foreach (var table in (string[])["t", "single"])
        {
            var records = await ReadAllAsync(table, 1);
            Assert.Equal(keys.Length * (table == "t" ? 2 : 1), records.Select(record => record.Id).Distinct().Count());
            Assert.Equal(records.Select(Text), (await ReadAllAsync(table, 100)).Select(Text));

            Assert.All(await WriteAsync(table, records), result => Assert.Null(result.Error));
            Assert.Equal(records.Select(Text), (await ReadAllAsync(table, 100)).Select(Text));
            await WriteAsync(table, [new SyncRecord { Id = records[0].Id, IsDeleted = true }]);
            Assert.Equal(records.Skip(1).Select(Text), (await ReadAllAsync(table, 2)).Select(Text));
            await WriteAsync(table, [.. records.Select(record => new SyncRecord { Id = record.Id, IsDeleted = true })]);
            Assert.Empty(await ReadAllAsync(table, 2));
        }
    }

    [Theory]
    [InlineData("int", "0")]
    [InlineData("double", "0")]
    [InlineData("decimal(5,2)", "0")]
    [InlineData("bit(4)", "0")]
    public async Task An_id_that_is_no_number_deletes_no_row(string type, string literal)
    {
        await ExecuteAsync(Connector, $"create table t (id {type} primary key)");
        await ExecuteAsync(Connector, $"insert into t values ({literal})");

        await WriteAsync("t", [new SyncRecord { Id = "none", IsDeleted = true }]);

        Assert.Single(await ReadAllAsync("t", 10));
    }

    [Fact]
    public async Task Pages_are_found_by_the_index()
    {
        await ExecuteAsync(
            Connector,
            "create table t (a int, b varchar(20), c datetime(6), primary key (a, b), key (c, a, b))"
        );
        await ExecuteAsync(
            Connector,
            "insert into t select seq % 100, seq, '2026-01-01' + interval seq second from seq_1_to_5000"
        );
        await Fixture.Server.RunAsync($"ANALYZE TABLE {Fixture.Database}.t");
        var dialect = new MySqlTables();

        foreach (
            var (columns, values, index) in ((string[], string[], string)[])
                [(["a", "b"], ["50", "'x'"], "PRIMARY"), (["c", "a", "b"], ["'2026-01-01 01:00:00'", "50", "'x'"], "c")]
        )
        {
            var plan = await QueryAsync(
                Connector,
                $"explain select * from t where {dialect.Behind(columns, values)} order by {string.Join(", ", columns)} limit 10"
            );
            Assert.Equal(("range", index), (plan[0][3].AsText(), plan[0][5].AsText()));
            Assert.DoesNotContain("filesort", plan[0][9].AsText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_row_that_only_shares_a_unique_value_is_not_overwritten()
    {
        await ExecuteAsync(Connector, "create table t (id int primary key, mail varchar(20) unique, v int)");
        await ExecuteAsync(Connector, "insert into t values (1, 'a', 1)");

        var results = await WriteAsync(
            "t",
            [NewRecord("""{"id":2,"mail":"a","v":2}""", 2), NewRecord("""{"id":3,"mail":"b","v":3}""", 3)]
        );

        Assert.Equal([false, true], results.Select(result => result.Error is null));
        Assert.Equal(
            ["""{"id":1,"mail":"a","v":1}""", """{"id":3,"mail":"b","v":3}"""],
            (await ReadAllAsync("t", 10)).Select(Text)
        );
    }

    [Fact]
    public async Task A_key_that_is_not_unique_is_refused()
    {
        var connector = Fixture.Open(records: new { t = new { key = (string[])["v"] } });
        await ExecuteAsync(connector, "create table t (id int auto_increment primary key, v int)");
        var batch = new RecordBatch("t", [NewRecord("""{"v":2}""", 2)]);

        Assert.NotNull(Assert.Single(await connector.WriteAsync(batch, default)).Error);
        Assert.Empty(await QueryAsync(connector, "select * from t"));
    }

    [Fact]
    public async Task A_table_of_another_schema_is_named_with_a_dot()
    {
        var other = await Fixture.Server.CreateDatabaseAsync();
        try
        {
            var connector = Fixture.Open(records: new { mine = new { table = other + ".t" } });
            var batch = new RecordBatch("mine", [NewRecord("""{"id":"x","n":1.5,"o":{"a":1},"yes":true}""", "x")]);
            Assert.Null(Assert.Single(await connector.WriteAsync(batch, default)).Error);
            Assert.Null(Assert.Single(await connector.WriteAsync(batch, default)).Error);

            var page = await connector.ReadAsync(new RecordQuery("mine"), default);
            Assert.Equal(
                "{\"id\":\"x\",\"n\":1.500000000000000000000000000000,\"o\":{\"a\":1},\"yes\":true}",
                Text(Assert.Single(page.Records))
            );
            Assert.Equal("mine", Assert.Single(await connector.ListResourcesAsync(default)).Name);
        }
        finally
        {
            await Fixture.Server.RunAsync($"DROP DATABASE {other}");
        }
    }

    [Fact]
    public async Task Moments_with_an_offset_are_the_same_moments()
    {
        await ExecuteAsync(
            Connector,
            "create table t (id int primary key, a datetime(6), b timestamp(3) null, j json)"
        );

        var results = await WriteAsync(
            "t",
            [
                NewRecord(
                    """{"id":1,"a":"2026-01-01T00:00:00.1234567Z","b":"2026-01-01T01:30:00+05:30","j":"text"}""",
                    1
                ),
                NewRecord("""{"id":2,"a":"2026-01-01 00:00:00","b":"2026-01-01T01:30:00.5-00:30","j":null}""", 2),
                NewRecord("""{"id":3,"a":"yesterday","b":null,"j":null}""", 3),
            ]
        );

        Assert.Equal([true, true, false], results.Select(result => result.Error is null));
        Assert.Equal(
            [
                """{"a":"2026-01-01T00:00:00.123456Z","b":"2025-12-31T20:00:00Z","id":1,"j":"text"}""",
                """{"a":"2026-01-01T00:00:00Z","b":"2026-01-01T02:00:00.5Z","id":2,"j":null}""",
            ],
            (await ReadAllAsync("t", 10)).Select(Text)
        );
    }

    private static SyncRecord NewRecord(string json, object id) =>
        new() { Id = Convert.ToString(id, CultureInfo.InvariantCulture)!, Data = Encoding.UTF8.GetBytes(json) };

    private static string Text(SyncRecord record) => Encoding.UTF8.GetString(record.Data.Span);

    private async Task<IReadOnlyList<RecordResult>> WriteAsync(string table, IReadOnlyList<SyncRecord> records) =>
        await Connector.WriteAsync(new RecordBatch(table, records), default);

    private async Task<List<SyncRecord>> ReadAllAsync(string table, int limit)
    {
        var records = new List<SyncRecord>();
        for (string? cursor = null; ; )
        {
            var page = await Connector.ReadAsync(new RecordQuery(table) { Cursor = cursor, Limit = limit }, default);
            records.AddRange(page.Records);
            Assert.InRange(records.Count, 0, 5000);
            if (!page.HasMore)
            {
                return records;
            }

            cursor = page.Cursor;
        }
    }
}
