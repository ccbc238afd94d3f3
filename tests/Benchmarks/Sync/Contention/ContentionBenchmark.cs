using System.Globalization;
using Yyc3.Connectors.Benchmarks.Measuring;

namespace Yyc3.Connectors.Benchmarks.Sync.Contention;

/// <summary>
/// Many nodes at one queue of one database: measured with those that fit this machine, simulated with more. The nodes share the
/// machine with the database.
/// </summary>
internal static class ContentionBenchmark
{
    private const string Name = "sync.contention";
    private const int Rounds = 3;
    private const int Waiting = 100_000;
    private static readonly int[] Nodes = [1, 2, 4, 8, 16, 32];

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants(Name))
        {
            return;
        }

        await using var box = await ContendedStore.StartAsync(cancellationToken);
        // Opens the connections; it does not count.
        await ClaimingNode.MeasureAsync(box, Nodes[^1], 1);
        await board.NoteAsync(
            Name,
            "at a time, nodes: pieces, claims, empty, p50, p99, slowest renewal, core of the database per claim"
        );
        var claims = new List<double>();
        foreach (var most in new[] { 50, 1 })
        {
            foreach (var nodes in Nodes)
            {
                claims.Add(await ClaimAsync(board, box, nodes, most, Waiting));
            }
        }

        await board.NoteAsync(Name, "the same with nothing due");
        var look = await ClaimAsync(board, box, Nodes[^1], 16, waiting: 0);
        var work = new ContendedWork(box);
        var renewal = await CostAsync(board, "renewals of 16 leases", work.RenewalsAsync);
        await CostAsync(board, "pages of 100", work.PagesAsync, callers: 1);
        var page = await CostAsync(board, "pages of 100", work.PagesAsync);
        await new LeaseForecast(look, claims[0], renewal, page).PrintAsync(board, Name);
    }

    private static async Task<double> ClaimAsync(ScoreBoard board, ContendedStore box, int nodes, int most, int waiting)
    {
        var rounds = new List<(double Pieces, double Cost, string Line)>();
        while (rounds.Count < Rounds)
        {
            await box.FillAsync(waiting);
            rounds.Add(await ClaimingNode.MeasureAsync(box, nodes, most));
        }

        // One round's figures belong together; those of the middle one stand for all.
        var middle = rounds.OrderBy(round => round.Pieces).ElementAt(Rounds / 2);
        await board.NoteAsync(Name, middle.Line);
        return middle.Cost;
    }

    private static async Task<double> CostAsync(
        ScoreBoard board,
        string what,
        Func<int, Task<(double Rate, double Cost)>> measure,
        int callers = 32
    )
    {
        var rounds = new List<(double Rate, double Cost)>();
        while (rounds.Count < Rounds)
        {
            rounds.Add(await measure(callers));
        }

        var (rate, cost) = rounds.Order().ElementAt(Rounds / 2);
        var figures = string.Create(CultureInfo.InvariantCulture, $"{rate:0} /s\t{cost * 1000:0.00} ms of a core");
        await board.NoteAsync(Name, $"{what}\t{callers}\t{figures}");
        return cost;
    }
}
