using System.Collections.Concurrent;
using System.Globalization;
using Yyc3.Connectors.Runtime.Delivery;

namespace Yyc3.Connectors.Benchmarks.Sync.Contention;

/// <summary>
/// A node that does nothing but keep its books: it claims as fast as it can, keeps the leases of what it holds, and ends the
/// oldest of it many at a time, as <see cref="WorkRunner"/> does.
/// </summary>
internal sealed class ClaimingNode(ContendedStore box, string name, int most)
{
    private const int Batch = 50;

    /// <summary>After so many claims a node has looked at all lanes of a tenant.</summary>
    private const int Windows = 62;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(3);

    /// <summary>Five times as often as by default, so that a round sees some.</summary>
    private static readonly TimeSpan RenewalPeriod = TimeSpan.FromSeconds(1);

    private readonly WorkClaims _claims = new(box.Store, box.Clock, box.Rules, name);
    private readonly ConcurrentQueue<WorkItem> _held = new();
    private readonly List<double> _times = [];
    private readonly List<double> _renewals = [0];
    private int _pieces;
    private int _empty;

    /// <returns>Pieces claimed per second, seconds of a core that a claim cost the database, and a line with all figures.</returns>
    public static async Task<(double Pieces, double Cost, string Line)> MeasureAsync(
        ContendedStore box,
        int nodes,
        int most
    )
    {
        var all = Enumerable.Range(0, nodes).Select(number => new ClaimingNode(box, $"node-{number}", most)).ToList();
        await Parallel.ForAsync(
            0,
            nodes,
            async (number, _) => await all[number].GetAboutAsync(new Random(number).Next(Windows))
        );
        var (begun, cores) = (TimeProvider.System.GetTimestamp(), box.CoreSeconds());
        await Task.WhenAll(all.Select(node => Task.Run(node.RunAsync)));
        cores = box.CoreSeconds() - cores;
        var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        var times = all.SelectMany(node => node._times).Order().ToList();
        var pieces = all.Sum(node => node._pieces) / seconds;
        var empty = (double)all.Sum(node => node._empty) / times.Count;
        var (p50, p99) = (times[times.Count / 2], times[times.Count * 99 / 100]);
        var renewal = all.Max(node => node._renewals.Max());
        return (
            pieces,
            cores / times.Count,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{most}\t{nodes}\t{pieces:0} /s\t{times.Count / seconds:0} /s\t{empty:0.00}\t{p50:0.0} ms\t{p99:0.0} ms\t{renewal:0} ms\t{1000 * cores / times.Count:0.0} ms"
            )
        );
    }

    /// <summary>Nodes have not all begun at the same moment: each looks at other lanes than the next. Takes nothing.</summary>
    private async Task GetAboutAsync(int windows)
    {
        for (var window = 0; window < windows; window++)
        {
            await _claims.ClaimAsync(0, CancellationToken.None);
        }
    }

    private async Task RunAsync()
    {
        using var end = new CancellationTokenSource(RoundTime, TimeProvider.System);
        await Task.WhenAll(ClaimAsync(end.Token), RenewAsync(end.Token));
    }

    private async Task ClaimAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var begun = TimeProvider.System.GetTimestamp();
            var claimed = await _claims.ClaimAsync(most, CancellationToken.None);
            _times.Add(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
            _pieces += claimed.Count;
            _empty += claimed.Count == 0 ? 1 : 0;
            foreach (var item in claimed)
            {
                _held.Enqueue(item);
            }

            if (_held.Count >= 2 * Batch)
            {
                var done = _held.Take(Batch).ToList();
                done.ForEach(_ => _held.TryDequeue(out var _));
                await box.Work.CompleteAsync(done, CancellationToken.None);
            }
        }
    }

    private async Task RenewAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(RenewalPeriod, TimeProvider.System, end)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var held = _held.ToArray();
            if (held.Length > 0 && !end.IsCancellationRequested)
            {
                var begun = TimeProvider.System.GetTimestamp();
                await box.Work.RenewAsync(held, box.Rules.Lease, CancellationToken.None);
                _renewals.Add(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
            }
        }
    }
}
