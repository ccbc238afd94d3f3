using Yyc3.Connectors.Sdk.Batches;

namespace Yyc3.Connectors.Runtime.Tests.Sdk;

/// <summary>Many calls made of one.</summary>
public sealed class ParallelCallsTests
{
    [Theory]
    [InlineData(1001, 500, 3)]
    [InlineData(1000, 500, 2)]
    [InlineData(1, 500, 1)]
    [InlineData(0, 500, 0)]
    public async Task Values_are_asked_for_in_chunks_and_answered_in_order(int values, int size, int calls)
    {
        var (made, now, most) = (0, 0, 0);
        var all = await ParallelCalls.InChunksAsync(
            [.. Enumerable.Range(0, values)],
            size,
            parallelism: 2,
            async (chunk, token) =>
            {
                Interlocked.Increment(ref made);
                most = Math.Max(most, Interlocked.Increment(ref now));
                // The first answer comes last.
                await Task.Delay(chunk[0] == 0 ? 30 : 1, token);
                Interlocked.Decrement(ref now);
                return (IReadOnlyList<string>)[.. chunk.Select(value => $"{value}")];
            },
            TestContext.Current.CancellationToken
        );
        Assert.Equal(calls, made);
        Assert.InRange(most, 0, 2);
        Assert.Equal(Enumerable.Range(0, values).Select(value => $"{value}"), all);
    }

    [Theory]
    [InlineData(1001, 500, 3)]
    [InlineData(1000, 500, 2)]
    [InlineData(500, 500, 1)]
    [InlineData(0, 500, 1)]
    public async Task A_list_is_read_whole_by_as_many_pages_as_it_needs(int total, int limit, int calls)
    {
        var made = 0;
        var all = await ParallelCalls.AllPagesAsync(
            limit,
            parallelism: 4,
            (offset, most, _) =>
            {
                Interlocked.Increment(ref made);
                var count = (int)Math.Min(most, total - offset);
                return Task.FromResult(
                    new CountedPage<long>([.. Enumerable.Range(0, count).Select(i => offset + i)], total)
                );
            },
            TestContext.Current.CancellationToken
        );
        Assert.Equal(calls, made);
        Assert.Equal(Enumerable.Range(0, total).Select(value => (long)value), all);
    }

    [Fact]
    public async Task The_first_failure_ends_the_others_and_is_told()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ParallelCalls.InChunksAsync<int, int>(
                [1, 2],
                1,
                2,
                async (chunk, token) =>
                {
                    if (chunk[0] == 2)
                    {
                        await Task.Delay(Timeout.Infinite, token);
                    }

                    throw new InvalidOperationException("first");
                },
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal("first", fault.Message);
    }
}
