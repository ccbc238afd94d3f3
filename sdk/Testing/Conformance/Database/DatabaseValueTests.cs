using System.Text.Json.Nodes;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Every kind of value comes back as it was bound.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class DatabaseValueTests<TSubject> : DatabaseTests<TSubject>
    where TSubject : DatabaseSubject, new()
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Boolean_round_trips(bool value) => RoundTripsAsync("b", DbValue.From(value));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(9007199254740993)]
    public Task Integer_round_trips_exactly(long value) => RoundTripsAsync("i", DbValue.From(value));

    [Theory]
    [InlineData(0.0)]
    [InlineData(42.0)]
    [InlineData(0.1)]
    [InlineData(-1.5e-300)]
    [InlineData(1.7976931348623157e308)]
    public Task Double_round_trips_exactly(double value) => RoundTripsAsync("d", DbValue.From(value));

    [Theory]
    [InlineData("0.00")]
    [InlineData("12.50")]
    [InlineData("-0.01")]
    [InlineData("12345678901234567890.12")]
    public Task Decimal_round_trips_with_every_digit(string value) => RoundTripsAsync("n", DbValue.FromDecimal(value));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("plain")]
    [InlineData("12.50")]
    [InlineData("2026-02-03T10:00:00.000Z")]
    [InlineData("null")]
    [InlineData("line\r\nbreak\ttab")]
    [InlineData("汉字 ñ ß \u0301 👩‍👩‍👧 \u202e")]
    public Task Text_round_trips(string value) => RoundTripsAsync("s", DbValue.From(value));

    [Fact]
    public Task Long_text_round_trips() => RoundTripsAsync("s", DbValue.From(new string('ü', 60_000)));

    [Fact]
    public async Task Bytes_round_trip()
    {
        await RoundTripsAsync("x", DbValue.From(Array.Empty<byte>()), id: 1);
        await RoundTripsAsync("x", DbValue.From([0]), id: 2);
        await RoundTripsAsync("x", DbValue.From([.. Enumerable.Range(0, 256).Select(i => (byte)i)]), id: 3);
    }

    [Theory]
    [InlineData("2026-02-03T10:00:00.000Z")]
    [InlineData("2026-02-03T23:59:59.999Z")]
    [InlineData("1970-01-01T00:00:00.000Z")]
    [InlineData("2024-02-29T12:30:45.678+05:30")]
    public Task Timestamp_round_trips_as_the_same_moment(string value) =>
        RoundTripsAsync(
            "t",
            DbValue.From(DateTimeOffset.Parse(value, System.Globalization.CultureInfo.InvariantCulture))
        );

    [Theory]
    [InlineData("""{"a":[1,2.5,"x",null,true],"ü":{}}""")]
    [InlineData("[]")]
    [InlineData("12")]
    [InlineData("\"text\"")]
    public async Task Json_round_trips(string value)
    {
        var read = await WriteAndReadAsync("j", DbValue.FromJson(value), id: 1);

        Assert.Equal(DbValueKind.Json, read.Kind);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(value), JsonNode.Parse(read.AsText())), read.AsText());
    }

    [Theory]
    [InlineData("b")]
    [InlineData("i")]
    [InlineData("d")]
    [InlineData("n")]
    [InlineData("s")]
    [InlineData("x")]
    [InlineData("t")]
    [InlineData("j")]
    public Task Null_round_trips(string column) => RoundTripsAsync(column, DbValue.Null);

    [Fact]
    public async Task Timestamps_compare_as_moments()
    {
        var noon = new DateTimeOffset(2026, 2, 3, 12, 0, 0, TimeSpan.Zero);
        await WriteAndReadAsync("t", DbValue.From(noon), id: 1);

        Assert.Single(
            await QueryAsync("select id from conf_values where t > :t", ("t", DbValue.From(noon.AddMilliseconds(-1))))
        );
        Assert.Empty(
            await QueryAsync("select id from conf_values where t > :t", ("t", DbValue.From(noon.AddMilliseconds(1))))
        );
    }

    [Fact]
    public async Task Columns_are_known_even_without_rows()
    {
        await using var reader = await Database.QueryAsync(
            Statement("select id, s as label from conf_values where id = :id", ("id", DbValue.From(1))),
            default
        );

        Assert.Equal(["id", "label"], reader.Columns.Select(column => column.Name));
        Assert.False(await reader.ReadAsync(default));
        Assert.False(await reader.ReadAsync(default));
    }

    private async Task RoundTripsAsync(string column, DbValue value, long id = 1) =>
        Assert.Equal(value, await WriteAndReadAsync(column, value, id));

    private async Task<DbValue> WriteAndReadAsync(string column, DbValue value, long id)
    {
        await ExecuteAsync(
            $"insert into conf_values (id, {column}) values (:id, :value)",
            ("id", DbValue.From(id)),
            ("value", value)
        );
        var row = Assert.Single(
            await QueryAsync($"select {column} from conf_values where id = :id", ("id", DbValue.From(id)))
        );
        return row[0];
    }
}
