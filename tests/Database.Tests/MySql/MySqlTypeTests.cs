using System.Globalization;
using Yyc3.Connectors.MySql;
using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using static Yyc3.Connectors.Database.Tests.MySql.MySqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlTypeTests : IAsyncLifetime
{
    private MySqlFixture? _fixture;
    private MySqlConnector? _database;

    private MySqlFixture Fixture => _fixture!;

    private MySqlConnector Database => _database!;

    public static TheoryData<string, string, DbValueKind, string, string> Columns { get; } =
        new()
        {
            { "boolean", "true", DbValueKind.Boolean, "true", "boolean" },
            { "tinyint(1)", "0", DbValueKind.Boolean, "false", "boolean" },
            { "tinyint(1)", "7", DbValueKind.Int64, "7", "boolean" },
            { "tinyint", "-128", DbValueKind.Int64, "-128", "tinyint" },
            { "tinyint unsigned", "255", DbValueKind.Int64, "255", "tinyint unsigned" },
            { "smallint", "-32768", DbValueKind.Int64, "-32768", "smallint" },
            { "smallint unsigned", "65535", DbValueKind.Int64, "65535", "smallint unsigned" },
            { "mediumint", "-8388608", DbValueKind.Int64, "-8388608", "mediumint" },
            { "mediumint unsigned", "16777215", DbValueKind.Int64, "16777215", "mediumint unsigned" },
            { "int", "-2147483648", DbValueKind.Int64, "-2147483648", "int" },
            { "int unsigned", "4294967295", DbValueKind.Int64, "4294967295", "int unsigned" },
            { "bigint", "-9223372036854775808", DbValueKind.Int64, "-9223372036854775808", "bigint" },
            { "bigint unsigned", "9223372036854775807", DbValueKind.Int64, "9223372036854775807", "bigint unsigned" },
            {
                "bigint unsigned",
                "18446744073709551615",
                DbValueKind.Decimal,
                "18446744073709551615",
                "bigint unsigned"
            },
            { "float", "0.1", DbValueKind.Double, "0.1", "float" },
            { "double", "1.7976931348623157e308", DbValueKind.Double, "1.7976931348623157E+308", "double" },
            {
                "decimal(65,30)",
                "-12345678901234567890.123456789012345678901234567890",
                DbValueKind.Decimal,
                "-12345678901234567890.123456789012345678901234567890",
                "decimal"
            },
            { "decimal(5,2)", "1.5", DbValueKind.Decimal, "1.50", "decimal" },
            { "bit(1)", "b'1'", DbValueKind.Boolean, "true", "bit" },
            { "bit(12)", "b'101010101010'", DbValueKind.Int64, "2730", "bit" },
            { "bit(64)", "0xFFFFFFFFFFFFFFFF", DbValueKind.Decimal, "18446744073709551615", "bit" },
            { "year", "2026", DbValueKind.Int64, "2026", "year" },
            { "date", "'2026-02-03'", DbValueKind.String, "2026-02-03", "date" },
            { "time", "'-838:59:59'", DbValueKind.String, "-838:59:59", "time" },
            { "time", "'00:00:00'", DbValueKind.String, "00:00:00", "time" },
            { "time(6)", "'23:59:58.000012'", DbValueKind.String, "23:59:58.000012", "time" },
            { "time(3)", "'-00:00:00.5'", DbValueKind.String, "-00:00:00.500", "time" },
            {
                "datetime",
                "'2026-02-03 10:00:00'",
                DbValueKind.Timestamp,
                "2026-02-03T10:00:00.0000000+00:00",
                "datetime"
            },
            {
                "datetime(6)",
                "'9999-12-31 23:59:59.999999'",
                DbValueKind.Timestamp,
                "9999-12-31T23:59:59.9999990+00:00",
                "datetime"
            },
            {
                "timestamp(6) null",
                "'2026-02-03 10:00:00.123456'",
                DbValueKind.Timestamp,
                "2026-02-03T10:00:00.1234560+00:00",
                "timestamp"
            },
            { "char(5)", "'ab'", DbValueKind.String, "ab", "char" },
            { "varchar(20)", "'größer 👩'", DbValueKind.String, "größer 👩", "varchar" },
            { "varchar(20) charset latin1", "'größer'", DbValueKind.String, "größer", "varchar" },
            { "tinytext", "'a'", DbValueKind.String, "a", "text" },
            { "longtext", "''", DbValueKind.String, "", "text" },
            { "binary(3)", "x'0102'", DbValueKind.Bytes, "3 bytes", "binary" },
            { "varbinary(3)", "x'0102'", DbValueKind.Bytes, "2 bytes", "varbinary" },
            { "longblob", "x''", DbValueKind.Bytes, "0 bytes", "blob" },
            { "enum('a','b')", "'b'", DbValueKind.String, "b", "enum" },
            { "set('a','b')", "'a,b'", DbValueKind.String, "a,b", "set" },
            { "json", "'{\"a\": [1, 2.50]}'", DbValueKind.Json, "{\"a\": [1, 2.50]}", "json" },
            {
                "uuid",
                "'123e4567-e89b-12d3-a456-426614174000'",
                DbValueKind.String,
                "123e4567-e89b-12d3-a456-426614174000",
                "uuid"
            },
            { "inet6", "'::1'", DbValueKind.String, "::1", "inet6" },
            { "point", "point(1, 2)", DbValueKind.Bytes, "25 bytes", "point" },
            { "int", "null", DbValueKind.Null, "null", "int" },
        };

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateAsync();
        _database = _fixture.Open();
    }

    public ValueTask DisposeAsync() => Fixture.DisposeAsync();

    [Theory]
    [MemberData(nameof(Columns))]
    public async Task Column_is_read_exactly_in_both_protocols(
        string type,
        string literal,
        DbValueKind kind,
        string shown,
        string name
    )
    {
        await ExecuteAsync(Database, $"create table t (a {type})");
        await ExecuteAsync(Database, $"insert into t values ({literal})");

        await using var reader = await Database.QueryAsync(new DbStatement("select a from t"), default);
        Assert.True(await reader.ReadAsync(default));
        var value = reader.GetValue(0);

        Assert.Equal((kind, shown), (value.Kind, value.ToString()));
        Assert.Equal(new DbColumn("a", name), Assert.Single(reader.Columns));
        Assert.Equal(value, await ReadAsTextAsync("select a from t"));
    }

    [Theory]
    [InlineData("datetime", "0000-00-00 00:00:00")]
    [InlineData("datetime(3)", "2026-00-15 10:00:00.250")]
    [InlineData("datetime", "2026-02-31 10:00:00")]
    [InlineData("timestamp null", "0000-00-00 00:00:00")]
    [InlineData("date", "0000-00-00")]
    [InlineData("date", "2026-02-00")]
    public async Task Day_that_is_none_keeps_its_text(string type, string text)
    {
        await ExecuteAsync(Database, $"create table t (a {type})");
        await Fixture.Server.RunAsync(
            $"SET sql_mode='ALLOW_INVALID_DATES'; INSERT INTO {Fixture.Database}.t VALUES ('{text}')"
        );

        Assert.Equal(DbValue.From(text), (await QueryAsync(Database, "select a from t"))[0][0]);
        Assert.Equal(DbValue.From(text), await ReadAsTextAsync("select a from t"));
    }

    [Theory]
    [InlineData("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.0000000+00:00")]
    [InlineData("2024-01-01T00:00:00.1234567Z", "2024-01-01T00:00:00.1234560+00:00")]
    [InlineData("2024-01-01T01:30:00+05:30", "2023-12-31T20:00:00.0000000+00:00")]
    [InlineData("2024-01-01T00:00-02:00", "2024-01-01T02:00:00.0000000+00:00")]
    public async Task Iso_instant_is_taken_by_a_datetime_column(string text, string shown)
    {
        await ExecuteAsync(Database, "create table t (id int, a datetime(6), s text)");

        await ExecuteAsync(Database, "insert into t (id, a) values (1, :a)", ("a", DbValue.From(text)));
        await ExecuteAsync(Database, "insert into t (id, s) values (2, :s)", ("s", DbValue.From(text)));
        await ExecuteAsync(Database, "update t set s = 'found' where a = :a", ("a", DbValue.From(text)));

        var rows = await QueryAsync(Database, "select a, s from t order by id");
        Assert.Equal(shown, rows[0][0].ToString());
        Assert.Equal(DbValue.From("found"), rows[0][1]);
        Assert.Equal(DbValue.From(text), rows[1][1]);
        var after = "select id from t where a > :a and a < :b";
        var moment = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
        Assert.Single(
            await QueryAsync(
                Database,
                after,
                (
                    "a",
                    DbValue.From(
                        moment.AddSeconds(-1).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)
                    )
                ),
                (
                    "b",
                    DbValue.From(
                        moment
                            .AddSeconds(1)
                            .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                    )
                )
            )
        );
    }

    [Theory]
    [InlineData("2024-01-01T00:00:00")]
    [InlineData("yesterday")]
    [InlineData("2024-13-01T00:00:00Z")]
    public async Task Other_text_is_left_to_the_server(string text)
    {
        await ExecuteAsync(Database, "create table t (a datetime)");

        var error = await Record.ExceptionAsync(() =>
            ExecuteAsync(Database, "insert into t values (:a)", ("a", DbValue.From(text)))
        );

        if (text.StartsWith("2024-01", StringComparison.Ordinal))
        {
            Assert.Null(error);
        }
        else
        {
            var refusal = Assert.IsType<ConnectorException>(error);
            Assert.Equal((ErrorKind.InvalidArgument, "command"), (refusal.Kind, refusal.Field));
        }
    }

    [Fact]
    public async Task Value_that_cannot_be_bound_names_the_parameter()
    {
        foreach (var value in new[] { DbValue.From(double.NaN), DbValue.From("half \ud800 pair") })
        {
            var error = await FailsAsync(() => QueryAsync(Database, "select :d", ("d", value)));
            Assert.Equal((ErrorKind.InvalidArgument, "params.d"), (error.Kind, error.Field));
        }

        Assert.Single(await QueryAsync(Database, "select 1"));
    }

    public static TheoryData<string, string?> Decimals { get; } =
        new()
        {
            { new string('9', 65), new string('9', 65) },
            { "-" + new string('9', 65), "-" + new string('9', 65) },
            { Nines(35, 30), Nines(35, 30) },
            { Nines(27, 38), Nines(27, 38) },
            { Nines(1, 39), Nines(1, 39) },
            { Nines(15, 50), Nines(15, 50) },
            { new string('0', 100) + "17", "17" },
            { "1.5" + new string('0', 100), "1.5" },
            { "1e64", "1" + new string('0', 64) },
            { "1.5E-3", "0.0015" },
            { "0e99999999999", "0" },
            { new string('9', 66), null },
            { "-" + new string('9', 66), null },
            { Nines(36, 30), null },
            { Nines(1, 65), null },
            { "1e65", null },
            { "1e-66", null },
            { "1e99999999999", null },
        };

    [Theory]
    [MemberData(nameof(Decimals))]
    public async Task Decimal_arrives_exactly_or_is_refused(string text, string? expected)
    {
        var value = ("d", DbValue.FromDecimal(text));
        if (expected is null)
        {
            foreach (
                var call in (Func<Task>[])
                    [() => QueryAsync(Database, "select :d", value), () => ExecuteAsync(Database, "do :d", value)]
            )
            {
                var error = await FailsAsync(call);
                Assert.Equal((ErrorKind.InvalidArgument, "params.d"), (error.Kind, error.Field));
                Assert.Contains("65 digits", error.Message, StringComparison.Ordinal);
            }
        }
        else
        {
            var shown = (await QueryAsync(Database, "select :d", value))[0][0].ToString();
            Assert.Equal(
                expected,
                shown.Contains('.', StringComparison.Ordinal) ? shown.TrimEnd('0').TrimEnd('.') : shown
            );
        }
    }

    private static string Nines(int before, int behind) => new string('9', before) + "." + new string('9', behind);

    [Fact]
    public async Task Odd_sql_modes_of_the_server_change_nothing()
    {
        var server = await TestServers.MariaDbServer.StartAsync(
            "--sql-mode=ANSI,NO_BACKSLASH_ESCAPES,ORACLE",
            "--default-time-zone=+05:00",
            "--character-set-server=latin1"
        );
        await using var owner = server;
        await using var fixture = await CreateAsync(server);
        var database = fixture.Open();
        await ExecuteAsync(database, "create table t (a varchar(50) charset utf8mb4, at timestamp)");
        await ExecuteAsync(database, "insert into t values (:a, '2026-02-03 10:00:00')", ("a", DbValue.From("'\\ 👩")));

        // A command resets its session; what is set for a session must hold afterwards, too.
        for (var round = 0; round < 2; round++)
        {
            var row = Assert.Single(
                await QueryAsync(
                    database,
                    "select a, \"it\\\"s :x\", at from t where a = :a",
                    ("a", DbValue.From("'\\ 👩"))
                )
            );
            Assert.Equal((DbValue.From("'\\ 👩"), DbValue.From("it\"s :x")), (row[0], row[1]));
            Assert.Equal("2026-02-03T10:00:00.0000000+00:00", row[2].ToString());
            await ExecuteAsync(database, "update t set a = a");
        }
    }

    private async Task<DbValue> ReadAsTextAsync(string sql)
    {
        await using var connection = await Fixture.OpenSource().OpenConnectionAsync(default);
        var reader = await new MySqlCommand(connection, sql).ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        var value = reader.GetValue(0);
        await reader.DrainAsync();
        return value;
    }
}
