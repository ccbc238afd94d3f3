using System.Globalization;
using System.Text.Json.Nodes;

namespace Yyc3.Connectors.EndToEnd.Tests.Cluster;

/// <summary>Schedules of several nodes: each time has one run, whatever dies.</summary>
public sealed class ScheduleClusterTests(DataServer data) : IClassFixture<DataServer>
{
    private const int Schedules = 6;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(14);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_time_of_a_schedule_has_one_run_though_a_node_is_killed()
    {
        await using var cluster = await HostCluster.StartAsync(await data.GetAsync());
        using var rest = cluster.Nodes[0].Client();
        var made = new List<(string Integration, string Schedule, int Interval)>();
        for (var number = 0; number < Schedules; number++)
        {
            var id = await rest.CreateAsync("storage", "local-fs", $$"""{"root":"s{{number}}"}""");
            var interval = 1 + (number % 2);
            var answer = await rest.PostAsync(
                $"/v1/integrations/{id}/sync/schedules",
                new JsonObject { ["direction"] = "pull", ["interval"] = interval }.ToJsonString()
            );
            made.Add((id, answer.Data["scheduleId"]!.GetValue<string>(), interval));
        }

        await Task.Delay(Before, TimeProvider.System, Token);
        await cluster.Nodes[Random.Shared.Next(1, cluster.Nodes.Count)].KillAsync();
        await Task.Delay(After, TimeProvider.System, Token);
        var until = long.Parse(
            await cluster.AskAsync("select cast(extract(epoch from now()) * 1000 as bigint)"),
            CultureInfo.InvariantCulture
        );
        // What is due by now may still have to be made up for, since the dead node had taken it.
        await Task.Delay(HostCluster.Lease * 2, TimeProvider.System, Token);

        var (due, run, waiting) = (0, 0, 0);
        foreach (var (_, schedule, interval) in made)
        {
            var begin = await NumberAsync(cluster, $"select updated_at from sync_schedules where id = '{schedule}'");
            var step = interval * 1000;
            var runs = await cluster.AskAsync(
                $"select scheduled_at, created_at, coalesce(completed_at, {long.MaxValue}) from sync_runs"
                    + $" where schedule_id = '{schedule}' and scheduled_at <= {until} order by scheduled_at"
            );
            var rows = runs.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line =>
                    line.Split('|').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray()
                )
                .Select(parts => (At: parts[0], From: parts[1], To: parts[2]))
                .ToList();
            // No time has two runs, and no run is of a time that is none of the schedule's.
            Assert.Equal(rows.Count, rows.Select(row => row.At).Distinct().Count());
            Assert.All(rows, row => Assert.Equal(0, (row.At - begin) % step));
            for (var at = begin + step; at <= until; at += step)
            {
                due++;
                run += rows.Any(row => row.At == at) ? 1 : 0;
                // Another run of the integration may not have ended, and does as well.
                waiting += !rows.Any(row => row.At == at) && rows.Any(row => row.At < at && row.To >= at) ? 1 : 0;
            }
        }

        TestContext.Current.SendDiagnosticMessage(
            $"{due} times were due, {run} had a run, {waiting} another that waited"
        );
        Assert.InRange(run, due / 2, due);
        Assert.InRange(run + waiting, due * 95 / 100, due);
        Assert.Equal("0", await cluster.AskAsync("select count(*) from sync_runs where status in (4, 5)"));
    }

    private static async Task<long> NumberAsync(HostCluster cluster, string sql) =>
        long.Parse(await cluster.AskAsync(sql), CultureInfo.InvariantCulture);
}
