using System.Globalization;
using Yyc3.Connectors.Benchmarks.Core;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;

namespace Yyc3.Connectors.Benchmarks.Sync;

/// <summary>What a record costs when there are ten times as many, in time and in the host's memory.</summary>
internal static class GrowthBenchmark
{
    private const int Many = 1_000_000;
    private const int Few = 100_000;
    private const int Rounds = 3;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        const string Name = "sync.growth";
        if (!board.Wants(Name))
        {
            return;
        }

        using var place = new Workplace();
        var folder = place.NewFolder();
        await using var host = await RuntimeHost.StartAsync(folder, null, cancellationToken);
        var syncs = new HostSyncs(host);
        var peaks = new Dictionary<int, long>();
        foreach (var count in new[] { Few, Many })
        {
            var id = await CreateAsync(host, FileOf(count), cancellationToken);
            await syncs.ExecuteAsync(id, Table, cancellationToken);
            await syncs.ExecuteAsync(
                id,
                "insert into items with recursive c(i) as (select 1 union all select i + 1 from c where i <"
                    + string.Create(CultureInfo.InvariantCulture, $" {count}) select i, 'item ' || i from c"),
                cancellationToken
            );
            await syncs.ForgetAsync(cancellationToken, id);
        }

        await board.CompareAsync(
            Name,
            Unit.Microseconds,
            token => MoveAsync(Many, token),
            token => MoveAsync(Few, token),
            cancellationToken,
            Rounds
        );
        await board.NoteAsync(
            Name,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the host took {peaks[Many] / 1048576.0:0} MiB at most with {Many} records, {peaks[Few] / 1048576.0:0} MiB with {Few}"
            )
        );

        async Task<double> MoveAsync(int count, CancellationToken token)
        {
            var name = Path.GetRandomFileName();
            var from = await CreateAsync(host, FileOf(count), token);
            var to = await CreateAsync(host, name, token);
            await syncs.ExecuteAsync(to, Table, token);
            host.Process.ForgetPeak();
            var time = await syncs.PullAsync(from, to, "items", count, token);
            peaks[count] = Math.Max(peaks.GetValueOrDefault(count), host.Process.PeakMemory);
            await syncs.ForgetAsync(token, from, to);
            SqliteRows.Delete(Path.Combine(folder, name));
            return time * 1e6 / count;
        }
    }

    private const string Table = "create table items (id integer primary key, name text not null)";

    private static string FileOf(int count) => string.Create(CultureInfo.InvariantCulture, $"origin-{count}.db");

    private static Task<string> CreateAsync(RuntimeHost host, string path, CancellationToken cancellationToken) =>
        host.CreateAsync("database", "sqlite", new { path }, new { type = "none" }, cancellationToken);
}
