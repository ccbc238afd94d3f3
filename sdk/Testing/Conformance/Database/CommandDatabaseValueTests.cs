using System.Globalization;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Every kind of value comes back as it was bound, or as the engine is documented to keep it.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
public abstract class CommandDatabaseValueTests<TSubject> : CommandDatabaseTests<TSubject>
    where TSubject : CommandDatabaseSubject, new()
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Boolean_round_trips(bool value) => RoundTripsAsync(DbValue.From(value));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(9007199254740993)]
    public Task Integer_round_trips_exactly(long value) => RoundTripsAsync(DbValue.From(value));

    [Theory]
    [InlineData(42.5)]
    [InlineData(0.1)]
    [InlineData(-1.5e-300)]
    [InlineData(1.7976931348623157e308)]
    public Task Double_round_trips_exactly(double value) => RoundTripsAsync(DbValue.From(value));

    [Theory]
    [InlineData("0.00")]
    [InlineData("12.50")]
    [InlineData("-0.01")]
    [InlineData("12345678901234567890.12")]
    public Task Decimal_round_trips_with_every_digit(string value) => RoundTripsAsync(DbValue.FromDecimal(value));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("plain")]
    [InlineData("12.50")]
    [InlineData(":key")]
    [InlineData("2026-02-03T10:00:00.000Z")]
    [InlineData("null")]
    [InlineData("line\r\nbreak\ttab\0nul")]
    [InlineData("汉字 ñ ß \u0301 👩‍👩‍👧 \u202e")]
    public Task Text_round_trips(string value) => RoundTripsAsync(DbValue.From(value));

    [Theory]
    [InlineData(60_000)]
    [InlineData(2_000_000)]
    public Task Long_text_round_trips(int length) => RoundTripsAsync(DbValue.From(new string('ü', length)));

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(1_000_003)]
    public Task Bytes_round_trip(int length) =>
        RoundTripsAsync(DbValue.From([.. Enumerable.Range(0, length).Select(i => (byte)(255 - i))]));

    [Theory]
    [InlineData("2026-02-03T10:00:00.000Z")]
    [InlineData("1970-01-01T00:00:00.000Z")]
    [InlineData("2024-02-29T12:30:45.678+05:30")]
    public Task Timestamp_round_trips_as_the_same_moment(string value) =>
        RoundTripsAsync(DbValue.From(DateTimeOffset.Parse(value, CultureInfo.InvariantCulture)));

    [Fact]
    public async Task Null_is_kept_or_refused_by_name()
    {
        if (Subject.TakesNull)
        {
            await RoundTripsAsync(DbValue.Null);
        }
        else
        {
            var put = Subject.Put("k", DbValue.Null);
            await FailsAsync(
                () => Database.ExecuteAsync(put, default).AsTask(),
                ErrorKind.InvalidArgument,
                "params.value"
            );
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with space, : and \"quotes\"")]
    [InlineData("汉字\r\n👩‍👩‍👧")]
    public async Task Any_text_is_a_key(string key)
    {
        await PutAsync(key, DbValue.From("here"));

        Assert.Equal(DbValue.From("here"), await GetAsync(key));
        Assert.Equal(1, (await Database.ExecuteAsync(Subject.Remove(key), default)).AffectedRows);
        Assert.Equal(0, (await Database.ExecuteAsync(Subject.Remove(key), default)).AffectedRows);
        Assert.Equal(DbValue.Null, await GetAsync(key));
    }

    private async Task RoundTripsAsync(DbValue value)
    {
        await PutAsync("k", value);

        Assert.Equal(Subject.Stored(value), await GetAsync("k"));
    }
}
