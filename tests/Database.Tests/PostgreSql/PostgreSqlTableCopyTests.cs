using Yyc3.Connectors.Testing;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

public sealed class PostgreSqlTableCopyTests : IAsyncDisposable
{
    private readonly PostgreSqlFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData("smallint", "-32768", "32767")]
    [InlineData("integer", "-2147483648", "0")]
    [InlineData("bigint", "-9223372036854775808", "9223372036854775807")]
    [InlineData("oid", "4294967295")]
    [InlineData("boolean", "true", "false")]
    [InlineData("real", "0.1", "1e-45", "3.4028235e38", "'NaN'", "'-Infinity'", "'-0'", "16777217")]
    [InlineData("double precision", "0.1", "5e-324", "1.7976931348623157e308", "'NaN'", "'Infinity'", "'-0'", "1e22")]
    [InlineData("numeric", "0.10", "-1e-30", "123456789012345678901234567890.123456789", "'NaN'", "'Infinity'", "1e40")]
    [InlineData("numeric(10,3)", "0.1", "-1234567.891")]
    [InlineData("money", "'12.34'")]
    [InlineData("text", "''", "'null'", "'世界 '' \" \\ '", "E'line\\n\\ttab\\r\\x01\\x7f'", "'{\"a\":1}'", "' '")]
    [InlineData("character(5)", "'ab'", "''")]
    [InlineData("character varying(3)", "'äöü'", "''")]
    [InlineData("name", "'n'")]
    [InlineData("bytea", "''", "'\\x00ff80'")]
    [InlineData("date", "'2024-02-29'", "'0044-03-15 BC'", "'infinity'", "'5874897-12-31'")]
    [InlineData("time", "'23:59:59.999999'", "'24:00'")]
    [InlineData("time with time zone", "'12:00:00+05:30'")]
    [InlineData("timestamp", "'2024-02-29 12:34:56.123456'", "'-infinity'", "'294276-12-31'", "'0001-01-01 BC'")]
    [InlineData(
        "timestamptz",
        "'2024-02-29 12:34:56.123456+02'",
        "'infinity'",
        "'0001-01-01 00:00Z'",
        "'4713-01-01 BC'"
    )]
    [InlineData("timestamptz(3)", "'2024-02-29 12:34:56.123456+02'")]
    [InlineData("interval", "'1 mon -2 days 03:04:05.6'", "'-1 year'")]
    [InlineData("uuid", "'00112233-4455-6677-8899-aabbccddeeff'")]
    [InlineData("json", "'{\"b\": 1.0, \"a\" :[null,true]}'", "'\"text\"'", "'12345678901234567890.10'")]
    [InlineData("jsonb", "'{\"b\": 1.0, \"a\" :[null,true]}'", "'\"text\"'", "'12345678901234567890.10'")]
    [InlineData("xml", "'<a>1</a>'")]
    [InlineData("inet", "'10.0.0.1/8'", "'::1'")]
    [InlineData("macaddr", "'08:00:2b:01:02:03'")]
    [InlineData("point", "'(1.5,-2)'")]
    [InlineData("bit(3)", "B'101'")]
    [InlineData("bit varying", "B'10101'", "B''")]
    [InlineData("int4range", "'[1,5)'", "'empty'")]
    [InlineData("tsvector", "'a:1 b:2'")]
    [InlineData("integer[]", "'{1,NULL,3}'", "'{}'", "'{{1,2},{3,4}}'", "'[2:3]={1,2}'")]
    [InlineData("text[]", "array['a,b', '\"', '', 'NULL', null]", "'{}'")]
    [InlineData("jsonb[]", "array['{\"a\": 1}', 'null']::jsonb[]")]
    [InlineData("timestamptz[]", "array['2024-02-29 12:34:56+02'::timestamptz]")]
    [InlineData("mood", "'glad'")]
    [InlineData("positive", "7")]
    [InlineData("pair", "'(1,\"a, b\")'")]
    public async Task Values_of_every_type_arrive_as_they_are(string type, params string[] values)
    {
        var database = await _fixture.OpenAsync();
        await ExecuteAsync(database, "create type mood as enum ('sad', 'glad')");
        await ExecuteAsync(database, "create domain positive as integer check (value > 0)");
        await ExecuteAsync(database, "create type pair as (a integer, b text)");

        Assert.Empty(
            await TableCopy.ChangesAsync(database, type, values, "origin.v::text is distinct from copied.v::text")
        );
    }
}
