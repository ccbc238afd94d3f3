using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>Rows come as a stream: many, in order, and no more than are asked for.</summary>
/// <typeparam name="TSubject">The engine under test.</typeparam>
[Collection(typeof(RunsAlone))]
public abstract class CommandDatabaseStreamTests<TSubject> : CommandDatabaseTests<TSubject>
    where TSubject : CommandDatabaseSubject, new()
{
    private const long Many = 200_000;

    [Fact]
    public async Task Many_rows_come_in_order()
    {
        await using var reader = await OpenAsync(Many);
        var column = ValueColumn(reader);
        long expected = 0;
        while (await reader.ReadAsync(default))
        {
            expected++;
            if (Number(reader.GetValue(column)) != expected)
            {
                Assert.Fail($"Row {expected} holds {reader.GetValue(column)}.");
            }
        }

        Assert.Equal(Many, expected);
        Assert.False(await reader.ReadAsync(default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(1025)]
    public async Task No_row_is_lost_at_the_edge_of_a_window(long count)
    {
        await using var reader = await OpenAsync(count);
        var column = ValueColumn(reader);
        var rows = new List<long>();
        while (await reader.ReadAsync(default))
        {
            rows.Add(Number(reader.GetValue(column)));
        }

        Assert.Equal(Enumerable.Range(1, (int)count).Select(i => (long)i), rows);
    }

    [Fact]
    public async Task Disposing_early_frees_what_the_query_held()
    {
        await Subject.FillSeriesAsync(Database, Many);
        for (var round = 0; round < 40; round++)
        {
            var reader = await Database.QueryAsync(Subject.Series, default).AsTask().WaitAsync(Patience);
            Assert.True(await reader.ReadAsync(default));
            await reader.DisposeAsync().AsTask().WaitAsync(Patience);
            await reader.DisposeAsync();
        }

        await PutAsync("k", DbValue.From("after")).WaitAsync(Patience);
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

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 * 1024 * 1024);
    }

    [Fact]
    public async Task Others_go_on_while_a_reader_stands_still()
    {
        await using var reader = await OpenAsync(Many);
        await reader.ReadAsync(default);

        for (var round = 0; round < 100; round++)
        {
            await PutAsync("meanwhile", DbValue.From(round)).WaitAsync(Patience);
        }

        Assert.Equal(99, await GetNumberAsync("meanwhile"));
        Assert.True(await reader.ReadAsync(default));
    }

    private async Task<RowReader> OpenAsync(long count)
    {
        await Subject.FillSeriesAsync(Database, count);
        return await Database.QueryAsync(Subject.Series, default);
    }

    private static long Number(DbValue value) =>
        long.Parse(value.ToString(), System.Globalization.CultureInfo.InvariantCulture);
}
