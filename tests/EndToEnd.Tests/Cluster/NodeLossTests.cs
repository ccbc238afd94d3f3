using System.Diagnostics;
using System.Globalization;

namespace Yyc3.Connectors.EndToEnd.Tests.Cluster;

/// <summary>Three nodes sync 20 000 records, and one of them is lost under way.</summary>
public sealed class NodeLossTests(DataServer data) : IClassFixture<DataServer>
{
    private const int Tables = 4;
    private const int Rows = 5_000;
    private static readonly TimeSpan Page = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_nodes_runs_go_on_elsewhere_and_nothing_is_lost_or_doubled()
    {
        using var limit = Limit();
        var server = await data.GetAsync();
        await using var cluster = await HostCluster.StartAsync(server);
        using var first = cluster.Nodes[0].Client();
        var tables = await SyncTables.CreateAsync(server, first, Tables, Rows, Page);
        var runs = await tables.StartAsync(first);
        var rows = Random.Shared.Next(Rows, Rows * 2);
        await ArriveAsync(tables, rows, limit.Token);

        var dead = await cluster.HolderAsync(limit.Token);
        using var rest = cluster.Nodes.First(node => node != dead).Client();
        var held = await cluster.HeldAsync(dead);
        await dead.KillAsync();
        var killed = Stopwatch.GetTimestamp();
        while (await cluster.HeldAsync(dead) > 0 || await HeldAsync(cluster) < held)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }

        var taken = Stopwatch.GetElapsedTime(killed);
        await tables.AssertEndedAsync(rest, runs, limit.Token);
        var again = await tables.AssertArrivedAsync();
        TestContext.Current.SendDiagnosticMessage(
            $"{held} runs of the killed node were taken over after {taken.TotalSeconds:F1} s, killed at {rows} rows, {again} rows written again"
        );
        Assert.InRange(taken, TimeSpan.Zero, HostCluster.Lease * 2);
        // The page that each run was at and the one before, which was being noted meanwhile; no more.
        Assert.InRange(again, 0, held * 2 * SyncTables.BatchSize);
    }

    [Fact]
    public async Task A_node_that_stood_still_for_three_leases_is_refused_and_its_runs_end_once()
    {
        using var limit = Limit();
        var server = await data.GetAsync();
        await using var cluster = await HostCluster.StartAsync(server);
        using var first = cluster.Nodes[0].Client();
        var tables = await SyncTables.CreateAsync(server, first, Tables, Rows, Page);
        var runs = await tables.StartAsync(first);
        await ArriveAsync(tables, Random.Shared.Next(Rows / 2, Rows), limit.Token);

        var frozen = await cluster.HolderAsync(limit.Token);
        using var rest = cluster.Nodes.First(node => node != frozen).Client();
        var held = await cluster.HeldAsync(frozen);
        frozen.Freeze();
        await Task.Delay(HostCluster.Lease * 3, TimeProvider.System, limit.Token);
        Assert.Equal(0, await cluster.HeldAsync(frozen));
        var before = await tables.ArrivedAsync();
        frozen.Thaw();

        await tables.AssertEndedAsync(rest, runs, limit.Token);
        var again = await tables.AssertArrivedAsync();
        // Besides the two pages of each run, the one that it was at when it stood still is its own to write once more; the run's
        // state is not.
        var epochs = await cluster.AskAsync("select count(*) from work where epoch > 1 and state = 2");
        TestContext.Current.SendDiagnosticMessage(
            $"{held} runs of the frozen node were taken over, {before} rows had arrived when it went on, {again} written again"
        );
        Assert.True(before < Tables * Rows, "All had arrived before the node went on.");
        Assert.True(int.Parse(epochs, CultureInfo.InvariantCulture) >= held, epochs);
        Assert.InRange(again, 0, held * 3 * SyncTables.BatchSize);
        using var thawed = frozen.Client();
        Assert.Equal(200, (await thawed.GetAsync("/health/ready")).Status);
    }

    private static async Task<int> HeldAsync(HostCluster cluster)
    {
        var held = 0;
        foreach (var node in cluster.Nodes)
        {
            held += await cluster.HeldAsync(node);
        }

        return held;
    }

    private static async Task ArriveAsync(SyncTables tables, int rows, CancellationToken cancellationToken)
    {
        while (await tables.ArrivedAsync() < rows)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    private static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        return limit;
    }
}
