using Yyc3.Connectors.Sdk.Database;
using static Yyc3.Connectors.Database.Tests.PostgreSql.PostgreSqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

/// <summary>Every type is read, the same whether its query runs for the first time, as text, or again, in the wire format.</summary>
public sealed class PostgreSqlValueTests(PostgreSqlTypes types) : IClassFixture<PostgreSqlTypes>, IAsyncDisposable
{
    private readonly PostgreSqlFixture _fixture = new();

    [Theory]
    [InlineData("true", DbValueKind.Boolean, "true")]
    [InlineData("1::smallint", DbValueKind.Int64, "1")]
    [InlineData("-2147483648", DbValueKind.Int64, "-2147483648")]
    [InlineData("9223372036854775807", DbValueKind.Int64, "9223372036854775807")]
    [InlineData("4294967295::oid", DbValueKind.Int64, "4294967295")]
    [InlineData("0.1::real", DbValueKind.Double, "0.1")]
    [InlineData("'-infinity'::real", DbValueKind.Double, "-Infinity")]
    [InlineData("0.1::float8", DbValueKind.Double, "0.1")]
    [InlineData("'NaN'::float8", DbValueKind.Double, "NaN")]
    [InlineData("0::numeric", DbValueKind.Decimal, "0")]
    [InlineData("0.00", DbValueKind.Decimal, "0.00")]
    [InlineData("-12.50", DbValueKind.Decimal, "-12.50")]
    [InlineData("10000::numeric", DbValueKind.Decimal, "10000")]
    [InlineData("100000000.0001", DbValueKind.Decimal, "100000000.0001")]
    [InlineData("0.000000001", DbValueKind.Decimal, "0.000000001")]
    [InlineData("1e-40::numeric", DbValueKind.Decimal, "0.0000000000000000000000000000000000000001")]
    [InlineData(
        "12345678901234567890123456789012345678901234567890.123456789",
        DbValueKind.Decimal,
        "12345678901234567890123456789012345678901234567890.123456789"
    )]
    [InlineData("'NaN'::numeric", DbValueKind.String, "NaN")]
    [InlineData("'-Infinity'::numeric", DbValueKind.String, "-Infinity")]
    [InlineData("12.5::money", DbValueKind.String, "$12.50")]
    [InlineData("'ä'::text", DbValueKind.String, "ä")]
    [InlineData("'ä'::varchar(5)", DbValueKind.String, "ä")]
    [InlineData("'ä'::char(3)", DbValueKind.String, "ä  ")]
    [InlineData("'n'::name", DbValueKind.String, "n")]
    [InlineData("'c'::\"char\"", DbValueKind.String, "c")]
    [InlineData(@"'\x00ff'::bytea", DbValueKind.Bytes, "2 bytes")]
    [InlineData("''::bytea", DbValueKind.Bytes, "0 bytes")]
    [InlineData(
        "'2026-02-03 10:00:00.123456+02'::timestamptz",
        DbValueKind.Timestamp,
        "2026-02-03T08:00:00.1234560+00:00"
    )]
    [InlineData("'0001-01-01 00:00:00+00'::timestamptz", DbValueKind.Timestamp, "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData(
        "'9999-12-31 23:59:59.999999+00'::timestamptz",
        DbValueKind.Timestamp,
        "9999-12-31T23:59:59.9999990+00:00"
    )]
    [InlineData("'infinity'::timestamptz", DbValueKind.String, "infinity")]
    [InlineData("'-infinity'::timestamptz", DbValueKind.String, "-infinity")]
    [InlineData("'10000-01-01 00:00:00+00'::timestamptz", DbValueKind.String, "10000-01-01 00:00:00+00")]
    [InlineData("'0044-03-15 12:00:00+00 BC'::timestamptz", DbValueKind.String, "0044-03-15 12:00:00+00 BC")]
    [InlineData("'2026-02-03 10:00:00'::timestamp", DbValueKind.String, "2026-02-03 10:00:00")]
    [InlineData("'2026-02-03 10:00:00.5'::timestamp", DbValueKind.String, "2026-02-03 10:00:00.5")]
    [InlineData("'1999-12-31 23:59:59.999999'::timestamp", DbValueKind.String, "1999-12-31 23:59:59.999999")]
    [InlineData("'0001-02-29 00:00:00 BC'::timestamp", DbValueKind.String, "0001-02-29 00:00:00 BC")]
    [InlineData("'4714-11-24 00:00:00 BC'::timestamp", DbValueKind.String, "4714-11-24 00:00:00 BC")]
    [InlineData("'294276-12-31 23:59:59.999999'::timestamp", DbValueKind.String, "294276-12-31 23:59:59.999999")]
    [InlineData("'infinity'::timestamp", DbValueKind.String, "infinity")]
    [InlineData("'2024-02-29'::date", DbValueKind.String, "2024-02-29")]
    [InlineData("'1900-03-01'::date", DbValueKind.String, "1900-03-01")]
    [InlineData("'4714-11-24 BC'::date", DbValueKind.String, "4714-11-24 BC")]
    [InlineData("'5874897-12-31'::date", DbValueKind.String, "5874897-12-31")]
    [InlineData("'-infinity'::date", DbValueKind.String, "-infinity")]
    [InlineData("'24:00:00'::time", DbValueKind.String, "24:00:00")]
    [InlineData("'10:00:00+02'::timetz", DbValueKind.String, "10:00:00+02")]
    [InlineData("'1 year 2 months 3 days 04:05:06.7'::interval", DbValueKind.String, "1 year 2 mons 3 days 04:05:06.7")]
    [InlineData("'-1 mon'::interval", DbValueKind.String, "-1 mons")]
    [InlineData(
        "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid",
        DbValueKind.String,
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    )]
    [InlineData("'{\"a\":  1}'::json", DbValueKind.Json, "{\"a\":  1}")]
    [InlineData("'{\"b\":2,\"a\":  1}'::jsonb", DbValueKind.Json, "{\"a\": 1, \"b\": 2}")]
    [InlineData("'null'::jsonb", DbValueKind.Json, "null")]
    [InlineData("'<a>1</a>'::xml", DbValueKind.String, "<a>1</a>")]
    [InlineData("'$.a[*]'::jsonpath", DbValueKind.String, "$.\"a\"[*]")]
    [InlineData("array[1, null, 3]", DbValueKind.String, "{1,NULL,3}")]
    [InlineData("array[[1, 2], [3, 4]]", DbValueKind.String, "{{1,2},{3,4}}")]
    [InlineData("array['a,b', 'c\"d']", DbValueKind.String, "{\"a,b\",\"c\\\"d\"}")]
    [InlineData("row(1, 'a b', null)", DbValueKind.String, "(1,\"a b\",)")]
    [InlineData("int4range(1, 5)", DbValueKind.String, "[1,5)")]
    [InlineData("'(,)'::tstzrange", DbValueKind.String, "(,)")]
    [InlineData("'{[1,3),[5,7)}'::int4multirange", DbValueKind.String, "{[1,3),[5,7)}")]
    [InlineData("b'1010'", DbValueKind.String, "1010")]
    [InlineData("'101'::varbit", DbValueKind.String, "101")]
    [InlineData("'192.168.0.1/24'::inet", DbValueKind.String, "192.168.0.1/24")]
    [InlineData("'::1'::inet", DbValueKind.String, "::1")]
    [InlineData("'10.0.0.0/8'::cidr", DbValueKind.String, "10.0.0.0/8")]
    [InlineData("'08:00:2b:01:02:03'::macaddr", DbValueKind.String, "08:00:2b:01:02:03")]
    [InlineData("'(1,2)'::point", DbValueKind.String, "(1,2)")]
    [InlineData("'((0,0),(1,1),(1,0))'::polygon", DbValueKind.String, "((0,0),(1,1),(1,0))")]
    [InlineData("'a fat cat'::tsvector", DbValueKind.String, "'a' 'cat' 'fat'")]
    [InlineData("'fat & cat'::tsquery", DbValueKind.String, "'fat' & 'cat'")]
    [InlineData("'pg_class'::regclass", DbValueKind.String, "pg_class")]
    [InlineData("'0/16B3748'::pg_lsn", DbValueKind.String, "0/16B3748")]
    [InlineData("'(0,1)'::tid", DbValueKind.String, "(0,1)")]
    [InlineData("'happy'::mood", DbValueKind.String, "happy")]
    [InlineData("'{sad,happy}'::mood[]", DbValueKind.String, "{sad,happy}")]
    [InlineData("(5, 'x')::pair", DbValueKind.String, "(5,x)")]
    [InlineData("7::positive", DbValueKind.Int64, "7")]
    [InlineData("pg_sleep(0)", DbValueKind.Null, "null")]
    [InlineData("null", DbValueKind.Null, "null")]
    [InlineData("null::numeric", DbValueKind.Null, "null")]
    [InlineData("null::interval", DbValueKind.Null, "null")]
    public async Task Value_is_read(string expression, DbValueKind kind, string shown)
    {
        for (var run = 1; run <= 4; run++)
        {
            var value = (await QueryAsync(types.Database, $"select {expression} as v"))[0][0];
            Assert.Equal((run, kind, shown), (run, value.Kind, value.ToString()));
        }
    }

    [Fact]
    public async Task Columns_tell_the_servers_name_of_their_type()
    {
        var database = await _fixture.OpenAsync();
        for (var run = 1; run <= 3; run++)
        {
            await using var reader = await database.QueryAsync(
                new DbStatement(
                    "select 1 as a, 1.5::numeric(10,2) as b, now() as a, 'x'::varchar(5), '1 day'::interval"
                ),
                default
            );

            Assert.Equal(
                [
                    new("a", "integer"),
                    new("b", "numeric(10, 2)"),
                    new("a", "timestamp with time zone"),
                    new("varchar", "character varying(5)"),
                    new("interval", "interval"),
                ],
                reader.Columns
            );
        }
    }

    [Theory]
    [InlineData("where d > :v", "2026-01-01")]
    [InlineData("where ts > :v", "2026-01-01T00:00:00Z")]
    [InlineData("where ts > :v", "2026-02-03T02:00:00+02:00")]
    [InlineData("where t > :v", "2026-01-01 00:00")]
    [InlineData("where n = :v", "12.50")]
    [InlineData("where i = :v", "9007199254740993")]
    [InlineData("where u = :v", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11")]
    [InlineData("where b = :v", "true")]
    [InlineData("where j @> :v", "{\"a\": 1}")]
    [InlineData("where a @> :v", "{1,2}")]
    [InlineData("where i = any(:v)", "{9007199254740993,5}")]
    [InlineData("where iv = :v", "1 mon")]
    [InlineData("where ip << :v", "10.0.0.0/8")]
    public async Task Text_becomes_what_it_is_compared_with(string condition, string value)
    {
        Assert.Single(await QueryAsync(types.Database, $"select 1 from t {condition}", ("v", DbValue.From(value))));
    }

    [Fact]
    public async Task Numbers_have_the_types_of_literals()
    {
        var database = await _fixture.OpenAsync();
        var row = (
            await QueryAsync(
                database,
                "select repeat('x', :n), pg_typeof(:n)::text, pg_typeof(:big)::text, make_date(:n, 1, 1), pg_typeof(:t)::text",
                ("n", DbValue.From(3)),
                ("big", DbValue.From(3_000_000_000)),
                ("t", DbValue.From(DateTimeOffset.UnixEpoch))
            )
        )[0];

        Assert.Equal(
            ["xxx", "integer", "bigint", "0003-01-01", "timestamp with time zone"],
            row.Select(value => value.AsText())
        );
    }

    [Fact]
    public async Task First_and_last_time_stay_what_they_are()
    {
        var database = await _fixture.OpenAsync();
        foreach (var time in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch })
        {
            var row = (await QueryAsync(database, "select isfinite(:t), :t", ("t", DbValue.From(time))))[0];

            Assert.Equal(DbValue.From(true), row[0]);
            Assert.InRange(time - row[1].AsTimestamp(), TimeSpan.Zero, TimeSpan.FromMicroseconds(1));
        }
    }

    [Fact]
    public async Task What_the_server_cannot_store_names_its_parameter()
    {
        var database = await _fixture.OpenAsync();
        foreach (var text in new[] { "nul \0 inside", "half \ud800 pair", "\udc00" })
        {
            var error = await FailsAsync(
                () => QueryAsync(database, "select :v", ("v", DbValue.From(text))),
                "INVALID_ARGUMENT"
            );
            Assert.Equal("params.v", error.Field);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Value_that_the_server_refuses_spoils_no_later_run(int before)
    {
        var database = await _fixture.OpenAsync(Settings(("poolSize", 1)));
        await ExecuteAsync(database, "create table t (id serial primary key, d date)");
        for (var run = 0; run < before; run++)
        {
            await RunAsync("2026-02-03");
        }

        // The fault is found when the value is bound; it may be just when the statement is prepared.
        await FailsAsync(
            () => QueryAsync(database, "select :d::date as d", ("d", DbValue.From("x"))),
            "INVALID_ARGUMENT"
        );
        await FailsAsync(
            () => ExecuteAsync(database, "insert into t (d) values (:d) returning id", ("d", DbValue.From("x"))),
            "INVALID_ARGUMENT"
        );

        for (var run = 0; run < 4; run++)
        {
            await RunAsync("2026-02-03");
        }

        async Task RunAsync(string date)
        {
            var value = ("d", DbValue.From(date));
            Assert.Equal(date, (await QueryAsync(database, "select :d::date as d", value))[0][0].AsText());
            Assert.NotNull(
                (await ExecuteAsync(database, "insert into t (d) values (:d) returning id", value)).InsertId
            );
        }
    }

    [Fact]
    public async Task Changed_table_is_read_right_by_a_prepared_query()
    {
        var database = await _fixture.OpenAsync(Settings(("poolSize", 2)));
        await ExecuteAsync(database, "create table t (a integer)");
        await ExecuteAsync(database, "insert into t values (7)");
        foreach (
            var (change, shown) in new[]
            {
                ("alter table t alter column a type bigint", "7"),
                ("alter table t alter column a type text", "7"),
                ("alter table t alter column a type interval using '7 mons'", "7 mons"),
                ("alter table t alter column a type integer using 7", "7"),
                ("alter table t add column b text default 'x'", "7"),
            }
        )
        {
            for (var run = 0; run < 3; run++)
            {
                await QueryAsync(database, "select * from t");
            }

            await ExecuteAsync(database, change);
            Assert.Equal((change, shown), (change, (await QueryAsync(database, "select * from t"))[0][0].ToString()));
        }
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
