using Yyc3.Connectors.Benchmarks.Sync.Contention;

namespace Yyc3.Connectors.Runtime.Tests.Delivery;

/// <summary>The simulation behind docs/scaling.md.</summary>
public sealed class QueueSimulationTests(ITestOutputHelper output)
{
    private const int Seed = 5;

    [Theory]
    [InlineData(20, 2, 0.10)]
    [InlineData(200, 4, 0.016)]
    [InlineData(1000, 1, 0.0008)]
    public void Waits_are_those_of_the_formula(int callers, int servers, double service)
    {
        const double Seconds = 10_000;
        var (use, wait) = Formula(callers, servers, service);
        var (seen, waits) = new QueueSimulation(servers, Seed).Run(
            [new QueueSource(callers, Pause: 1, service)],
            Math.Min(Seconds, 2_000_000.0 / callers)
        );
        var mean = waits[0].Average();
        output.WriteLine($"seed {Seed}: {waits[0].Count} waits of {mean:0.00000} s, by the formula {wait:0.00000} s");
        Assert.InRange(seen, use * 0.98, use * 1.02);
        Assert.InRange(mean, wait * 0.95, wait * 1.05);
    }

    [Fact]
    public void The_same_seed_gives_the_same_waits()
    {
        QueueSource[] sources = [new(50, Pause: 5, Service: 0.05, IsRegular: true), new(30, Pause: 1, Service: 0.02)];
        var first = new QueueSimulation(2, Seed).Run(sources, 100);
        var second = new QueueSimulation(2, Seed).Run(sources, 100);
        Assert.Equal(first.Utilisation, second.Utilisation);
        Assert.Equal(first.Waits, second.Waits);
    }

    /// <summary>M/M/c with so many callers, each of whom pauses for a second in the mean.</summary>
    private static (double Use, double Wait) Formula(int callers, int servers, double service)
    {
        var (weight, sum, busy, waiting) = (1.0, 1.0, 0.0, 0.0);
        for (var there = 1; there <= callers; there++)
        {
            weight *= (callers - there + 1) * service / Math.Min(there, servers);
            sum += weight;
            busy += weight * Math.Min(there, servers);
            waiting += weight * Math.Max(0, there - servers);
        }

        // By Little's law: those who wait are as many as come in the time that one waits.
        return (busy / sum / servers, waiting / (busy / service));
    }
}
