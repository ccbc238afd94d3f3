namespace Yyc3.Connectors.Sdk.Batches;

/// <summary>
/// Many calls where a provider takes or gives only so much with one. Answers keep their order, and the first failure ends what is
/// under way and is thrown. Thread-safe.
/// </summary>
public static class ParallelCalls
{
    /// <summary>Cuts values into chunks, makes a call for each, several at a time, and joins the answers in the values' order.</summary>
    /// <typeparam name="TValue">What is asked with.</typeparam>
    /// <typeparam name="TResult">What is answered.</typeparam>
    /// <param name="values">The values; none makes no call.</param>
    /// <param name="size">Most values of a chunk, at least 1.</param>
    /// <param name="parallelism">Most calls at a time, at least 1.</param>
    /// <param name="call">Makes one call; use its token only.</param>
    /// <param name="cancellationToken">Ends all calls.</param>
    /// <returns>All answers.</returns>
    public static async Task<IReadOnlyList<TResult>> InChunksAsync<TValue, TResult>(
        IReadOnlyList<TValue> values,
        int size,
        int parallelism,
        Func<IReadOnlyList<TValue>, CancellationToken, Task<IReadOnlyList<TResult>>> call,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        var chunks = values.Chunk(size).ToList();
        var answers = new IReadOnlyList<TResult>[chunks.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, chunks.Count),
            new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken },
            async (index, token) => answers[index] = await call(chunks[index], token)
        );
        return [.. answers.SelectMany(answer => answer)];
    }

    /// <summary>
    /// Reads a list by offset and limit: the first page tells how long the list is, the others are read several at a time.
    /// </summary>
    /// <typeparam name="TItem">What is listed.</typeparam>
    /// <param name="limit">Items of a page, at least 1.</param>
    /// <param name="parallelism">Most calls at a time, at least 1.</param>
    /// <param name="read">Reads one page from an offset with a limit; use its token only.</param>
    /// <param name="cancellationToken">Ends all calls.</param>
    /// <returns>All items in order.</returns>
    public static async Task<IReadOnlyList<TItem>> AllPagesAsync<TItem>(
        int limit,
        int parallelism,
        Func<long, int, CancellationToken, Task<CountedPage<TItem>>> read,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        var first = await read(0, limit, cancellationToken);
        var offsets = new List<long>();
        for (long offset = limit; offset < first.Total; offset += limit)
        {
            offsets.Add(offset);
        }

        var rest = await InChunksAsync(
            offsets,
            1,
            parallelism,
            async (chunk, token) => (await read(chunk[0], limit, token)).Items,
            cancellationToken
        );
        return [.. first.Items, .. rest];
    }
}
