using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

public sealed class SqliteValueTests : IAsyncDisposable
{
    private readonly SqliteFixture _fixture = new();

    [Theory]
    [InlineData("boolean", "1", DbValueKind.Boolean, "true")]
    [InlineData("BOOL", "0", DbValueKind.Boolean, "false")]
    [InlineData("boolean", "2", DbValueKind.Int64, "2")]
    [InlineData("boolean", "'yes'", DbValueKind.String, "yes")]
    [InlineData("decimal(10,2)", "12", DbValueKind.Int64, "12")]
    [InlineData("decimal(10,2)", "12.5", DbValueKind.Double, "12.5")]
    [InlineData("decimal_text", "'12.50'", DbValueKind.Decimal, "12.50")]
    [InlineData("NUMERIC_TEXT(10,2)", "'-1e5'", DbValueKind.Decimal, "-1e5")]
    [InlineData("decimal_text", "'about 5'", DbValueKind.String, "about 5")]
    [InlineData("decimal_text", "''", DbValueKind.String, "")]
    [InlineData("timestamp", "'2026-02-03T10:00:00Z'", DbValueKind.Timestamp, "2026-02-03T10:00:00.0000000+00:00")]
    [InlineData(
        "DATETIME",
        "'2026-02-03T10:00:00.1234567Z'",
        DbValueKind.Timestamp,
        "2026-02-03T10:00:00.1234567+00:00"
    )]
    [InlineData("datetime", "'2026-02-03 10:00:00'", DbValueKind.String, "2026-02-03 10:00:00")]
    [InlineData("datetime", "'2026-02-03T10:00:00+02:00'", DbValueKind.String, "2026-02-03T10:00:00+02:00")]
    [InlineData("datetime", "'2026-02-30T10:00:00Z'", DbValueKind.String, "2026-02-30T10:00:00Z")]
    [InlineData("timestamp", "1738576800", DbValueKind.Int64, "1738576800")]
    [InlineData("json", "'{\"a\": 1}'", DbValueKind.Json, "{\"a\": 1}")]
    [InlineData("json", "12", DbValueKind.Json, "12")]
    [InlineData("json", "'{broken'", DbValueKind.String, "{broken")]
    [InlineData("text", "'2026-02-03T10:00:00Z'", DbValueKind.String, "2026-02-03T10:00:00Z")]
    [InlineData("integer", "7", DbValueKind.Int64, "7")]
    [InlineData("real", "7", DbValueKind.Double, "7")]
    [InlineData("", "x'0102'", DbValueKind.Bytes, "2 bytes")]
    [InlineData("", "null", DbValueKind.Null, "null")]
    public async Task Declared_type_and_storage_decide_the_kind(
        string declared,
        string literal,
        DbValueKind kind,
        string shown
    )
    {
        var database = _fixture.Open();
        await ExecuteAsync(database, $"create table t (a {declared})");
        await ExecuteAsync(database, $"insert into t values ({literal})");

        var value = (await QueryAsync(database, "select a from t"))[0][0];

        Assert.Equal((kind, shown), (value.Kind, value.ToString()));
        Assert.Equal(DbValueKind.Null, (await QueryAsync(database, "select null"))[0][0].Kind);
    }

    [Fact]
    public async Task Columns_tell_their_declared_type()
    {
        var database = _fixture.Open();
        await ExecuteAsync(database, "create table t (a decimal(10,2), b)");

        await using var reader = await database.QueryAsync(new DbStatement("select a, b, 1+1, a as a from t"), default);

        Assert.Equal(
            [new("a", "decimal(10,2)"), new("b", ""), new("1+1", ""), new("a", "decimal(10,2)")],
            reader.Columns
        );
    }

    [Fact]
    public async Task Nul_inside_a_text_is_kept()
    {
        var text = DbValue.From("before\0after");

        Assert.Equal(text, (await QueryAsync(_fixture.Open(), "select :t", ("t", text)))[0][0]);
    }

    [Fact]
    public async Task Infinity_is_kept_and_what_the_engine_cannot_hold_is_refused()
    {
        var database = _fixture.Open();
        var infinity = DbValue.From(double.NegativeInfinity);
        Assert.Equal(infinity, (await QueryAsync(database, "select :d", ("d", infinity)))[0][0]);

        foreach (var value in new[] { DbValue.From(double.NaN), DbValue.From("half \ud800 pair") })
        {
            var error = await Assert.ThrowsAsync<ConnectorException>(() =>
                QueryAsync(database, "select :d", ("d", value))
            );
            Assert.Equal((ErrorKind.InvalidArgument, "params.d"), (error.Kind, error.Field));
        }
    }

    [Fact]
    public async Task Text_comes_out_of_a_file_in_another_encoding()
    {
        using (var outside = _fixture.OpenOutside())
        {
            outside.Run("PRAGMA encoding = 'UTF-16le'");
            outside.Run("CREATE TABLE t (a text)");
        }

        var database = _fixture.Open();
        var text = DbValue.From("größer 数据 👩");
        await ExecuteAsync(database, "insert into t values (:t)", ("t", text));

        Assert.Equal(text, (await QueryAsync(database, "select a from t"))[0][0]);
    }

    [Fact]
    public async Task Value_beyond_the_limit_is_refused()
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            QueryAsync(_fixture.Open(), "select length(zeroblob(300000000))")
        );

        Assert.Equal((ErrorKind.InvalidArgument, "query"), (error.Kind, error.Field));
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
