using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Rows come as a stream: many, in order, and no more than are asked for.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
[Collection(typeof(RunsAlone))]
public abstract class DatabaseStreamTests<TSubject> : DatabaseTests<TSubject>
    where TSubject : DatabaseSubject, new()
{
    private const long Many = 100_000;
    private const long Endless = 2_000_000_000;

    [Fact]
    public async Task Many_rows_come_in_order()
    {
        await using var reader = await OpenAsync(Many);
        long expected = 0;
        while (await reader.ReadAsync(default))
        {
            expected++;
            if (reader.GetValue(0).AsInt64() != expected)
            {
                Assert.Fail($"Row {expected} holds {reader.GetValue(0)}.");
            }
        }

        Assert.Equal(Many, expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(1000)]
    [InlineData(1025)]
    public async Task No_row_is_lost_at_the_edge_of_a_window(long count)
    {
        var rows = await QueryAsync(Subject.Series, ("n", DbValue.From(count)));

        Assert.Equal(Enumerable.Range(1, (int)count).Select(i => DbValue.From((long)i)), rows.Select(row => row[0]));
    }

    [Fact]
    public async Task First_rows_come_before_the_last_are_made()
    {
        await using var reader = await OpenAsync(Endless).WaitAsync(Patience);

        Assert.True(await reader.ReadAsync(default));
        Assert.Equal(DbValue.From(1), reader.GetValue(0));
    }

    [Fact]
    public async Task Disposing_early_stops_the_query()
    {
        for (var round = 0; round < 40; round++)
        {
            var reader = await OpenAsync(Endless).WaitAsync(Patience);
            Assert.True(await reader.ReadAsync(default));
            await reader.DisposeAsync().AsTask().WaitAsync(Patience);
            await reader.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1025)]
    public async Task Reader_disposed_before_the_end_does_not_claim_to_be_at_the_end(long count)
    {
        var reader = await OpenAsync(count);
        Assert.True(await reader.ReadAsync(default));
        await reader.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reader.ReadAsync(default).AsTask());
        await reader.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reader.ReadAsync(default).AsTask());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Reader_disposed_at_the_end_stays_there(long count)
    {
        var reader = await OpenAsync(count);
        for (var row = 0; row < count; row++)
        {
            Assert.True(await reader.ReadAsync(default));
        }

        Assert.False(await reader.ReadAsync(default));
        await reader.DisposeAsync();

        Assert.False(await reader.ReadAsync(default));
    }

    [Fact]
    public async Task Memory_does_not_grow_with_the_rows()
    {
        await using var reader = await OpenAsync(Many);
        await reader.ReadAsync(default);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var row = 0; row < Many / 2; row++)
        {
            await reader.ReadAsync(default);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 * 1024 * 1024);
    }

    [Fact]
    public async Task Changes_are_possible_while_a_reader_is_open()
    {
        await using var reader = await OpenAsync(Many);
        await reader.ReadAsync(default);

        await AddItemAsync("meanwhile").AsTask().WaitAsync(Patience);

        Assert.Equal(1, await CountItemsAsync());
        Assert.True(await reader.ReadAsync(default));
    }

    private Task<RowReader> OpenAsync(long count) =>
        Database.QueryAsync(Statement(Subject.Series, ("n", DbValue.From(count))), default).AsTask();
}
