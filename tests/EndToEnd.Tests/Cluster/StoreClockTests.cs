using System.Diagnostics;
using System.Globalization;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.EndToEnd.Tests.Cluster;

/// <summary>The clock of the state database is set by an hour, there and back, while hosts sync and fire schedules by it.</summary>
public sealed class StoreClockTests(DataServer data) : IClassFixture<DataServer>
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(15);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clock_that_jumps_makes_no_storm_and_holds_up_nothing()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        await using var store = await PostgreSqlServer.StartWithClockAsync();
        await using var cluster = await HostCluster.StartAsync(store, nodes: 2);
        using var rest = cluster.Nodes[0].Client();
        var tables = await SyncTables.CreateAsync(
            await data.GetAsync(),
            rest,
            tables: 2,
            rows: 10_000,
            TimeSpan.FromMilliseconds(450)
        );
        var id = await rest.CreateAsync("storage", "local-fs", """{"root":"a"}""");
        var schedule = await rest.PostAsync(
            $"/v1/integrations/{id}/sync/schedules",
            """{"direction":"pull","interval":2}"""
        );
        Assert.Equal(201, schedule.Status);
        var runs = await tables.StartAsync(rest);
        await RunAsync(cluster, 2, limit.Token);

        await store.SetClockAsync(TimeSpan.FromHours(1));
        var told = await cluster.AskAsync("select cast(extract(epoch from now()) as bigint)");
        Assert.InRange(
            long.Parse(told, CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            3_500,
            3_700
        );
        var ahead = await WatchAsync(cluster, limit.Token);
        await store.SetClockAsync(TimeSpan.Zero);
        var back = await WatchAsync(cluster, limit.Token);

        Assert.True(await tables.ArrivedAsync() < 20_000, "All had arrived before the clock was set.");
        await tables.AssertEndedAsync(rest, runs, limit.Token);
        var again = await tables.AssertArrivedAsync();
        TestContext.Current.SendDiagnosticMessage(
            $"In {Watched.TotalSeconds} s each: {ahead.Runs} runs after the jump forward, the first after {ahead.First.TotalSeconds:F1} s,"
                + $" {back.Runs} after the jump back, the first after {back.First.TotalSeconds:F1} s; {again} rows written again"
        );
        // One in two seconds, one that was missed, and those that each node may add while the other does not yet know.
        foreach (var (count, first) in (List<(int, TimeSpan)>)[ahead, back])
        {
            Assert.InRange(count, 2, (Watched.TotalSeconds / 2) + 4);
            Assert.InRange(first, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
    }

    private static async Task<(int Runs, TimeSpan First)> WatchAsync(HostCluster cluster, CancellationToken token)
    {
        var before = await CountAsync(cluster);
        var begun = Stopwatch.GetTimestamp();
        await RunAsync(cluster, 1, token);
        var first = Stopwatch.GetElapsedTime(begun);
        await Task.Delay(Watched - first, TimeProvider.System, token);
        return (await CountAsync(cluster) - before, first);
    }

    private static async Task RunAsync(HostCluster cluster, int more, CancellationToken token)
    {
        var before = await CountAsync(cluster);
        while (await CountAsync(cluster) < before + more)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, token);
        }
    }

    /// <summary>Runs of the schedule that have ended, which takes more than a row.</summary>
    private static async Task<int> CountAsync(HostCluster cluster) =>
        int.Parse(
            await cluster.AskAsync("select count(*) from sync_runs where schedule_id is not null and status = 3"),
            CultureInfo.InvariantCulture
        );
}
