using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

public sealed class SqliteTableCopyTests : IAsyncDisposable
{
    private readonly SqliteFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData("integer", "-9223372036854775808", "9223372036854775807", "'text'", "1.5")]
    [InlineData("real", "0.1", "5e-324", "1.7976931348623157e308", "1e22", "3")]
    [InlineData("numeric", "1", "0.5", "'a'")]
    [InlineData("text", "''", "'null'", "'世界 '' \" \\'", "char(10, 9, 1, 127)", "'{\"a\":1}'", "12", "' '")]
    [InlineData("blob", "x''", "x'00ff80'", "1")]
    [InlineData("boolean", "true", "false")]
    [InlineData("date", "'2024-02-29'")]
    [InlineData("timestamp", "'2024-02-29 12:34:56.123'", "1709210096", "'2024-02-29T12:34:56Z'")]
    [InlineData("json", "'{\"b\": 1.0, \"a\" :[null,true]}'", "'\"text\"'")]
    [InlineData("", "1", "'1'", "1.5")]
    public async Task Values_of_every_type_arrive_as_they_are(string type, params string[] values) =>
        Assert.Empty(
            await TableCopy.ChangesAsync(
                _fixture.Open(),
                type,
                values,
                "origin.v is not copied.v or typeof(origin.v) <> typeof(copied.v)"
            )
        );
}
