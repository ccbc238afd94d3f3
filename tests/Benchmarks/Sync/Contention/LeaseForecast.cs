using System.Globalization;
using Yyc3.Connectors.Benchmarks.Measuring;

namespace Yyc3.Connectors.Benchmarks.Sync.Contention;

/// <summary>
/// At how many nodes leases would begin to expire, by a simulation of their database. Each node looks for work once a second and
/// renews what it holds each third of a lease; at the load of today it also writes down ten pages a second; in a flood a look
/// finds more than it can take.
/// </summary>
/// <param name="look">Seconds of a core that a look costs when nothing is due; the others likewise.</param>
/// <param name="claim">A claim out of much that is due.</param>
/// <param name="renewal">A renewal of all that a node holds.</param>
/// <param name="page">A page of a run.</param>
internal sealed class LeaseForecast(double look, double claim, double renewal, double page)
{
    private const int Seed = 20_260_101;
    private const double Lease = 15;

    public async Task PrintAsync(ScoreBoard board, string name)
    {
        await board.NoteAsync(
            name,
            $"simulated with seed {Seed}: cores, load of a node, nodes: use, pages, wait of a renewal, p99, longest"
        );
        foreach (var cores in new[] { 2, 16, 64 })
        {
            foreach (
                var (load, pages, each) in new[] { ("idle", 0, look), ("today's", 10, look), ("flood", 10, claim) }
            )
            {
                foreach (var nodes in new[] { 1, 10, 30, 100, 300, 1000 })
                {
                    var figures = Figures(cores, nodes, pages, each);
                    await board.NoteAsync(name, $"{cores}\t{load}\t{nodes}\t{figures}");
                }
            }
        }
    }

    private string Figures(int cores, int nodes, int pages, double each)
    {
        const double Seconds = 60;
        var (use, waits) = new QueueSimulation(cores, Seed).Run(
            [
                new QueueSource(nodes, Lease / 3, renewal, IsRegular: true),
                new QueueSource(nodes, 1, each, IsRegular: true),
                new QueueSource(nodes * pages, 1, page),
            ],
            Seconds
        );
        var (renewals, longest) = (waits[0], waits[0][^1]);
        var end = longest > Lease / 3 ? "\tleases expire" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{use:0.00}\t{waits[2].Count / (Seconds * 0.9):0} /s\t{renewals.Average() * 1000:0} ms\t{renewals[renewals.Count * 99 / 100] * 1000:0} ms\t{longest * 1000:0} ms{end}"
        );
    }
}
