using System.Globalization;

namespace Yyc3.Connectors.Benchmarks.Measuring;

/// <summary>Compares ours with a baseline in interleaved rounds and prints one line per benchmark.</summary>
/// <param name="chosen">Names, or beginnings of names up to a dot; empty for all.</param>
internal sealed class ScoreBoard(IReadOnlyCollection<string> chosen)
{
    private const int DefaultRounds = 9;

    public bool Wants(string name) =>
        chosen.Count == 0
        || chosen.Any(one =>
            string.Equals(one, name, StringComparison.Ordinal)
            || name.StartsWith(one + ".", StringComparison.Ordinal)
            || one.StartsWith(name + ".", StringComparison.Ordinal)
        );

    /// <summary>Measures A B A B …, after one round of each that does not count.</summary>
    /// <param name="name">Name of the benchmark.</param>
    /// <param name="unit">What is measured, and which way is better.</param>
    /// <param name="ours">One round of ours.</param>
    /// <param name="baseline">One round of what it is compared with.</param>
    /// <param name="cancellationToken">Ends the rounds.</param>
    /// <param name="rounds">How many count; fewer where each is long.</param>
    public async Task CompareAsync(
        string name,
        Unit unit,
        Func<CancellationToken, Task<double>> ours,
        Func<CancellationToken, Task<double>> baseline,
        CancellationToken cancellationToken,
        int rounds = DefaultRounds
    )
    {
        if (!Wants(name))
        {
            return;
        }

        await ours(cancellationToken);
        await baseline(cancellationToken);
        var (mine, theirs, ratios) = (new double[rounds], new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            mine[round] = await ours(cancellationToken);
            theirs[round] = await baseline(cancellationToken);
            ratios[round] = unit.Ratio(mine[round], theirs[round]);
        }

        // A round's two halves see the same load of the machine: their ratio says more than that of two medians.
        var ratio = Median(ratios).ToString("0.00", CultureInfo.InvariantCulture);
        await Console.Out.WriteLineAsync(
            $"{name}\t{unit.Format(Median(mine))}\t{unit.Format(Median(theirs))}\t{ratio}"
        );
    }

    /// <summary>A figure that is compared with nothing.</summary>
    public async Task NoteAsync(string name, string note)
    {
        if (Wants(name))
        {
            await Console.Out.WriteLineAsync($"# {name}: {note}");
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
