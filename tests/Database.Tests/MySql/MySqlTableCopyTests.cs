using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlTableCopyTests
{
    [Theory]
    [InlineData("tinyint", "-128", "127")]
    [InlineData("boolean", "true", "false")]
    [InlineData("int unsigned", "4294967295")]
    [InlineData("bigint", "-9223372036854775808")]
    [InlineData("bigint unsigned", "18446744073709551615")]
    [InlineData("float", "0.1", "-3.40282e38")]
    [InlineData("double", "0.1", "5e-324", "1.7976931348623157e308")]
    [InlineData("decimal(65,30)", "0.1", "-12345678901234567890123456789012345.123456789012345678901234567890")]
    [InlineData("varchar(20)", "''", "'null'", "'世界 😀 '' \" \\\\'", "'a\\n\\t\\0'", "' '")]
    [InlineData("char(5)", "'ab'", "''")]
    [InlineData("longtext", "'{\"a\":1}'", "''")]
    [InlineData("varbinary(10)", "x'00ff80'", "''")]
    [InlineData("binary(4)", "x'00ff8001'")]
    [InlineData("blob", "x'00'", "''")]
    [InlineData("bit(10)", "b'1010101010'")]
    [InlineData("date", "'2024-02-29'", "'1000-01-01'")]
    [InlineData("time(6)", "'-838:59:59.000001'", "'12:34:56.123456'")]
    [InlineData("datetime(6)", "'2024-02-29 12:34:56.123456'", "'9999-12-31 23:59:59'")]
    [InlineData("timestamp(6) null", "'2024-02-29 12:34:56.123456'")]
    [InlineData("year", "2024", "1901")]
    [InlineData("enum('a','b c')", "'b c'")]
    [InlineData("set('a','b')", "'a,b'", "''")]
    [InlineData("json", "'{\"b\": 1.0, \"a\": [null,true]}'", "'\"text\"'")]
    public async Task Values_of_every_type_arrive_as_they_are(string type, params string[] values)
    {
        await using var fixture = await MySqlFixture.CreateAsync();

        Assert.Empty(
            await TableCopy.ChangesAsync(
                fixture.Open(),
                type,
                values,
                "not (cast(origin.v as binary) <=> cast(copied.v as binary))"
            )
        );
    }
}
