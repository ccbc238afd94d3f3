namespace Yyc3.Connectors.Benchmarks.Sync.Contention;

/// <summary>
/// A database as a queue: so many are served at a time, the others wait in the order in which they came. The same seed gives the
/// same figures.
/// </summary>
/// <param name="servers">How many are served at a time.</param>
/// <param name="seed">Of all pauses and times of service.</param>
internal sealed class QueueSimulation(int servers, int seed)
{
    /// <summary>Share of the time that does not count, since the queue is empty at the beginning.</summary>
    private const double Warming = 0.1;

    private readonly Random _random = new(seed);
    private readonly PriorityQueue<(int Source, bool IsServed), double> _events = new();
    private readonly Queue<(int Source, double Since)> _waiting = new();
    private int _busy;

    /// <returns>The share of the servers that was at work, and how long the callers of each source waited, the shortest first.</returns>
    public (double Utilisation, IReadOnlyList<List<double>> Waits) Run(
        IReadOnlyList<QueueSource> sources,
        double seconds
    )
    {
        var counted = seconds * Warming;
        var waits = sources.Select(_ => new List<double>()).ToList();
        var work = 0.0;
        for (var source = 0; source < sources.Count; source++)
        {
            for (var caller = 0; caller < sources[source].Callers; caller++)
            {
                _events.Enqueue((source, false), _random.NextDouble() * sources[source].Pause);
            }
        }

        while (_events.TryDequeue(out var next, out var now) && now < seconds)
        {
            if (next.IsServed)
            {
                _busy--;
                var source = sources[next.Source];
                _events.Enqueue((next.Source, false), now + (source.IsRegular ? source.Pause : Spread(source.Pause)));
            }
            else
            {
                _waiting.Enqueue((next.Source, now));
            }

            if (_busy < servers && _waiting.TryDequeue(out var first))
            {
                _busy++;
                var end = now + Spread(sources[first.Source].Service);
                _events.Enqueue((first.Source, true), end);
                work += Math.Max(0, Math.Min(end, seconds) - Math.Max(now, counted));
                if (now >= counted)
                {
                    waits[first.Source].Add(now - first.Since);
                }
            }
        }

        waits.ForEach(of => of.Sort());
        return (work / (seconds - counted) / servers, waits);
    }

    private double Spread(double mean) => -mean * Math.Log(1 - _random.NextDouble());
}
