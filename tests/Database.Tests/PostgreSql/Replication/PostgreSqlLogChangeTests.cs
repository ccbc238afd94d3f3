using System.Text.Json;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql.Replication;

/// <summary>What each kind of change is told as.</summary>
public sealed class PostgreSqlLogChangeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_key_that_changes_is_a_deletion_and_a_new_record(int limit)
    {
        await using var log = await LogFixture.OpenAsync();
        await log.RunAsync("insert into t values (1, 'a'), (2, 'b')");
        var position = await log.PositionAsync();
        await log.RunAsync("update t set id = 5, v = 'c' where id = 1");
        var (records, _) = await log.ReadToEndAsync(position, limit);
        Assert.Equal([("1", true), ("5", false)], records.Select(record => (record.Id, record.IsDeleted)));
        Assert.Equal("""{"id":5,"v":"c"}""", System.Text.Encoding.UTF8.GetString(records[1].Data.Span));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("full")]
    [InlineData("using index t_u")]
    public async Task A_long_value_that_has_not_changed_is_told_with_the_record(string identity)
    {
        await using var log = await LogFixture.OpenAsync(
            "id integer primary key, u integer not null constraint t_u unique, v text, long text",
            resource: new(StringComparer.Ordinal) { ["key"] = new[] { identity.EndsWith('u') ? "u" : "id" } }
        );
        await log.RunAsync("alter table t alter column long set storage external");
        await log.RunAsync($"alter table t replica identity {identity}");
        await log.RunAsync(
            "insert into t select 1, 1, 'a', string_agg(md5(g::text), '') from generate_series(1, 5000) g"
        );
        var position = await log.PositionAsync();
        await log.RunAsync("update t set v = 'b' where id = 1");
        var record = Assert.Single((await log.ReadToEndAsync(position)).Records);
        using var json = JsonDocument.Parse(record.Data);
        Assert.Equal("b", json.RootElement.GetProperty("v").GetString());
        Assert.Equal(160_000, json.RootElement.GetProperty("long").GetString()!.Length);
    }

    [Fact]
    public async Task A_computed_column_is_no_obstacle()
    {
        await using var log = await LogFixture.OpenAsync(
            "id integer primary key, v text, twice text generated always as (v || v) stored"
        );
        var position = await log.PositionAsync();
        await log.RunAsync("insert into t (id, v) values (1, 'a')");
        var copy = new SortedDictionary<string, string>(StringComparer.Ordinal);
        LogFixture.Apply(copy, (await log.ReadToEndAsync(position)).Records);
        Assert.Equal(await log.ReadAllAsync(), copy);
        Assert.Single(copy);
    }

    [Fact]
    public async Task Only_the_last_state_of_a_record_is_in_a_page()
    {
        await using var log = await LogFixture.OpenAsync();
        var position = await log.PositionAsync();
        await log.RunAsync("insert into t values (1, 'a'), (2, 'a')");
        await log.RunAsync("update t set v = 'b'");
        await log.RunAsync("delete from t where id = 2");
        await log.RunAsync("insert into t values (3, 'x')");
        await log.RunAsync("delete from t where id = 3");
        await log.RunAsync("insert into t values (3, 'y')");
        var page = await log.ReadAsync(position);
        Assert.Equal(
            [("1", "b"), ("2", null), ("3", "y")],
            page.Records.Select(record =>
            {
                using var json = record.IsDeleted ? null : JsonDocument.Parse(record.Data);
                return (record.Id, json?.RootElement.GetProperty("v").GetString());
            })
        );
    }

    [Fact]
    public async Task What_was_undone_and_what_other_tables_hold_is_not_told()
    {
        await using var log = await LogFixture.OpenAsync();
        await log.RunAsync("create table other (id integer primary key)");
        var position = await log.PositionAsync();
        await log.RunAsync("insert into other values (1)");
        await Assert.ThrowsAnyAsync<Exception>(() =>
            log.RunAsync("with a as (insert into t values (1, 'x') returning id) select 1 / (id - 1) from a")
        );
        var (records, next) = await log.ReadToEndAsync(position);
        Assert.Empty(records);
        Assert.NotEqual(position, next);
    }

    [Fact]
    public async Task A_column_that_is_added_and_filled_is_told()
    {
        await using var log = await LogFixture.OpenAsync();
        await log.RunAsync("insert into t values (1, 'a')");
        var position = await log.PositionAsync();
        await log.RunAsync("update t set v = 'b'");
        position = (await log.ReadToEndAsync(position)).Cursor;
        await log.RunAsync("alter table t add column w integer");
        await log.RunAsync("update t set w = 7");
        var record = Assert.Single((await log.ReadToEndAsync(position)).Records);
        Assert.Equal("""{"id":1,"v":"b","w":7}""", System.Text.Encoding.UTF8.GetString(record.Data.Span));
    }

    [Fact]
    public async Task A_row_that_counts_as_deleted_is_told_as_deleted()
    {
        await using var log = await LogFixture.OpenAsync(
            "id integer primary key, gone timestamptz, at timestamptz default '2026-01-02T03:04:05Z'",
            resource: new(StringComparer.Ordinal) { ["deletedAt"] = "gone", ["modifiedAt"] = "at" }
        );
        var position = await log.PositionAsync();
        await log.RunAsync("insert into t values (1), (2)");
        await log.RunAsync("update t set gone = now() where id = 2");
        var (records, _) = await log.ReadToEndAsync(position);
        Assert.Equal([("1", false), ("2", true)], records.Select(record => (record.Id, record.IsDeleted)));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), records[0].ModifiedAt);
    }

    [Fact]
    public async Task A_truncated_table_must_be_read_again()
    {
        await using var log = await LogFixture.OpenAsync();
        await log.RunAsync("insert into t values (1, 'a'), (2, 'b')");
        var position = await log.PositionAsync();
        await log.RunAsync("insert into t values (3, 'c')");
        await log.RunAsync("truncate t");
        await log.RunAsync("insert into t values (4, 'd')");
        await log.AssertLostAsync(position);
    }

    [Fact]
    public async Task A_table_that_is_made_anew_or_gets_another_key_must_be_read_again()
    {
        await using var log = await LogFixture.OpenAsync();
        await log.RunAsync("insert into t values (1, 'a')");
        var position = await log.PositionAsync();
        await log.RunAsync("alter table t alter column id type bigint");
        await log.AssertLostAsync(position);
        position = await log.PositionAsync();
        await log.RunAsync("drop table t");
        await log.RunAsync("create table t (id integer primary key, v text)");
        await log.AssertLostAsync(position);
    }

    [Theory]
    [InlineData("boolean", "true", "false")]
    [InlineData("character(5)", "'ab'", "'é'")]
    [InlineData("numeric", "1.0", "1.00")]
    [InlineData("numeric(12,3)", "12345.678", "-1")]
    [InlineData("double precision", "0.1", "'NaN'")]
    [InlineData("real", "0.3", "'-Infinity'")]
    [InlineData("bytea", "'\\x00ff'", "''")]
    [InlineData("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'")]
    [InlineData("timestamptz", "'2026-02-03 10:00:00.123456+02'", "'infinity'")]
    [InlineData("timestamp", "'2026-02-03 10:00:00'", "'0044-03-15 12:00 BC'")]
    [InlineData("date", "'2026-02-03'", "'-infinity'")]
    [InlineData("interval", "'1 mon 2 days'", "'-3 hours'")]
    [InlineData("inet", "'10.1.2.3'", "'10.1.0.0/16'")]
    [InlineData("text", "'it''s \"quoted\" \\ ü 🐘'", "''")]
    [InlineData("jsonb", "'{\"b\": 1, \"a\": [1.50]}'", "'\"x\"'")]
    [InlineData("integer[]", "'{1,2}'", "'{}'")]
    [InlineData("mood", "'sad'", "'happy \"one\"'")]
    [InlineData("positive", "1", "2")]
    [InlineData("bit(3)", "'101'", "'000'")]
    public async Task A_deleted_record_has_the_id_that_it_was_read_with(string type, string one, string other)
    {
        await using var log = await LogFixture.OpenAsync("");
        await log.RunAsync("create type mood as enum ('sad', 'happy \"one\"')");
        await log.RunAsync("create domain positive as integer check (value > 0)");
        await log.RunAsync($"create table t (id {type}, n integer, primary key (id, n))");
        await log.RunAsync($"insert into t values ({one}, 1), ({other}, 2)");
        var before = await log.ReadAllAsync();
        var position = await log.PositionAsync();
        await log.RunAsync("update t set n = n + 2");
        var copy = new SortedDictionary<string, string>(before, StringComparer.Ordinal);
        var (records, next) = await log.ReadToEndAsync(position);
        LogFixture.Apply(copy, records);
        Assert.Equal(await log.ReadAllAsync(), copy);
        Assert.Equal(2, copy.Count);

        await log.RunAsync("delete from t");
        LogFixture.Apply(copy, (await log.ReadToEndAsync(next)).Records);
        Assert.Empty(copy);
    }

    [Fact]
    public async Task An_equal_key_that_is_written_differently_is_another_record()
    {
        await using var log = await LogFixture.OpenAsync("id numeric primary key, v text");
        await log.RunAsync("insert into t values (1.0, 'a')");
        var copy = await log.ReadAllAsync();
        var position = await log.PositionAsync();
        await log.RunAsync("update t set id = 1.00");
        LogFixture.Apply(copy, (await log.ReadToEndAsync(position)).Records);
        Assert.Equal(await log.ReadAllAsync(), copy);
        Assert.Equal(["1.00"], copy.Keys);
    }

    [Fact]
    public async Task Values_of_all_types_are_written_as_when_all_is_read()
    {
        const string Columns =
            "id bigint primary key, b boolean, i2 smallint, i4 integer, o oid, f4 real, f8 double precision, n numeric, "
            + "s text, c character(8), vc varchar(20), x bytea, d date, ts timestamp, tz timestamptz, ti time, iv interval, "
            + "u uuid, j json, jb jsonb, a integer[], ta text[], ip inet, bits bit varying, r int4range, p point, xm xml, m money";
        string[] rows =
        [
            "(1)",
            "(2, true, -32768, 2147483647, 4294967295, 0.1, 0.1, 12345678901234567890.12345678901234567890, 'ü\"\\\n🐘', "
                + "'ab', 'x', '\\x00ff10', '2026-02-03', '2026-02-03 10:00:00.123456', '2026-02-03 10:00:00.1+02', '10:00', "
                + "'1 mon -2 days', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{\"b\":1,  \"a\":1.50}', '{\"b\":1,  \"a\":1.50}', "
                + "'{1,NULL,3}', '{\"a b\",\"c\\\"d\"}', '10.1.0.0/16', '1011', '[1,5)', '(1.5,2)', '<a>b</a>', '12.34')",
            "(3, false, 0, -1, 0, 'NaN', '-Infinity', 'NaN', '', '', '', '', 'infinity', '-infinity', 'infinity', '24:00', "
                + "'0', null, 'null', 'null', '{}', '{}', '::1', '', 'empty', '(0,0)', '', '-1')",
            "(4, null, null, null, null, 1e-40, 1e308, 0.000, repeat('long ', 20000), null, null, null, '0044-03-15 BC', "
                + "'0044-03-15 01:02:03 BC', '9999-12-31 23:59:59.999999Z')",
        ];
        await using var log = await LogFixture.OpenAsync(Columns);
        for (var round = 0; round < 2; round++)
        {
            var position = await log.PositionAsync();
            await log.RunAsync("delete from t");
            foreach (var row in rows)
            {
                await log.RunAsync($"insert into t values {row}");
            }

            var copy = new SortedDictionary<string, string>(StringComparer.Ordinal);
            LogFixture.Apply(copy, (await log.ReadToEndAsync(position, 3)).Records);
            Assert.Equal(rows.Length, copy.Count);
            Assert.Equal(await log.ReadAllAsync(), copy);
        }
    }

    [Fact]
    public async Task Names_that_need_quoting_are_quoted()
    {
        await using var log = await LogFixture.OpenAsync(
            "",
            resource: new(StringComparer.Ordinal) { ["table"] = "od\"d 'Table" }
        );
        await log.RunAsync(
            "create table \"od\"\"d 'Table\" (\"i'D\" text, \"n\" integer, \"v\" text, primary key (\"i'D\", n))"
        );
        var position = await log.PositionAsync();
        await log.RunAsync("insert into \"od\"\"d 'Table\" values ('a'':b', 1, 'x')");
        var copy = new SortedDictionary<string, string>(StringComparer.Ordinal);
        LogFixture.Apply(copy, (await log.ReadToEndAsync(position)).Records);
        Assert.Single(copy);
        Assert.Equal(await log.ReadAllAsync(), copy);
        Assert.NotEmpty(await QueryAsync(log.Connector, "select 1"));
    }
}
