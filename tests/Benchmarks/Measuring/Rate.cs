namespace Yyc3.Connectors.Benchmarks.Measuring;

/// <summary>Counts what callers of this process do in a round.</summary>
internal static class Rate
{
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1.5);

    /// <summary>So many callers repeat an operation until the round is over.</summary>
    /// <param name="callers">How many at a time.</param>
    /// <param name="operation">Gives how much it has done.</param>
    /// <returns>How much per second.</returns>
    public static async Task<double> OfAsync(int callers, Func<Task<int>> operation)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync)));
        return counts.Sum() / TimeProvider.System.GetElapsedTime(begun).TotalSeconds;

        async Task<long> CallAsync()
        {
            var count = 0L;
            while (TimeProvider.System.GetElapsedTime(begun) < RoundTime)
            {
                count += await operation();
            }

            return count;
        }
    }
}
