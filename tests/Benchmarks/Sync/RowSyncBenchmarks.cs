using System.Globalization;
using Yyc3.Connectors.Benchmarks.Core;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;

namespace Yyc3.Connectors.Benchmarks.Sync;

/// <summary>
/// A table of rows of a kibibyte into an empty one, with a checkpoint for every page, against what copies without keeping anything
/// in mind.
/// </summary>
internal static class RowSyncBenchmarks
{
    private const int Rounds = 5;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("sync.rows"))
        {
            return;
        }

        using var place = new Workplace();
        await using var server = await RowServer.StartAsync();
        var folder = place.NewFolder();
        await using var host = await RuntimeHost.StartAsync(folder, null, cancellationToken);
        var syncs = new HostSyncs(host);
        foreach (
            var (name, peer) in new (string, Func<CancellationToken, Task<double>>)[]
            {
                ("sync.rows.postgresql.copy", server.PipeAsync),
                ("sync.rows.postgresql.pgloader", token => server.LoadAsync(place, token)),
            }
        )
        {
            await board.CompareAsync(
                name,
                Unit.MegabytesPerSecond,
                token => IntoPostgreSqlAsync(host, syncs, server, token),
                async token =>
                {
                    await server.EmptyAsync();
                    var time = await peer(token);
                    await server.CheckAsync();
                    return RowServer.Megabytes / time;
                },
                cancellationToken,
                Rounds
            );
        }

        await board.CompareAsync(
            "sync.rows.sqlite.import",
            Unit.MegabytesPerSecond,
            token => IntoSqliteAsync(host, syncs, server, folder, token),
            token => ImportAsync(server, place, token),
            cancellationToken,
            Rounds
        );
        await NoteSqliteAsync(board, host, syncs, server, folder, cancellationToken);
        var peak = host.Process.PeakMemory;
        await board.NoteAsync(
            "sync.rows",
            string.Create(CultureInfo.InvariantCulture, $"the host took {peak / 1048576.0:0} MiB at most")
        );
    }

    private static async Task<double> IntoPostgreSqlAsync(
        RuntimeHost host,
        HostSyncs syncs,
        RowServer server,
        CancellationToken cancellationToken
    )
    {
        await server.EmptyAsync();
        var from = await server.CreateAsync(host, RowServer.Origin, cancellationToken);
        var to = await server.CreateAsync(host, RowServer.Copy, cancellationToken);
        var time = await syncs.PullAsync(from, to, RowServer.Table, RowServer.Rows, cancellationToken);
        await server.CheckAsync();
        await syncs.ForgetAsync(cancellationToken, from, to);
        return RowServer.Megabytes / time;
    }

    private static async Task<double> IntoSqliteAsync(
        RuntimeHost host,
        HostSyncs syncs,
        RowServer server,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var from = await server.CreateAsync(host, RowServer.Origin, cancellationToken);
        var time = await IntoSqliteAsync(host, syncs, from, folder, cancellationToken);
        await syncs.ForgetAsync(cancellationToken, from);
        return RowServer.Megabytes / time;
    }

    private static async Task<double> IntoSqliteAsync(
        RuntimeHost host,
        HostSyncs syncs,
        string from,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var name = Path.GetRandomFileName();
        var to = await CreateSqliteAsync(host, name, cancellationToken);
        await syncs.ExecuteAsync(to, SqliteRows.Make, cancellationToken);
        var time = await syncs.PullAsync(from, to, RowServer.Table, RowServer.Rows, cancellationToken);
        await syncs.ForgetAsync(cancellationToken, to);
        SqliteRows.Check(Path.Combine(folder, name), RowServer.Rows);
        SqliteRows.Delete(Path.Combine(folder, name));
        return time;
    }

    private static async Task<double> ImportAsync(
        RowServer server,
        Workplace place,
        CancellationToken cancellationToken
    )
    {
        var file = Path.Combine(place.Folder, "import.db");
        SqliteRows.Create(file);
        var time = await server.ImportAsync(file, cancellationToken);
        SqliteRows.Check(file, RowServer.Rows);
        SqliteRows.Delete(file);
        return RowServer.Megabytes / time;
    }

    private static async Task NoteSqliteAsync(
        ScoreBoard board,
        RuntimeHost host,
        HostSyncs syncs,
        RowServer server,
        string folder,
        CancellationToken cancellationToken
    )
    {
        const string Name = "sync.rows.sqlite.sqlite";
        if (!board.Wants(Name))
        {
            return;
        }

        var file = Path.Combine(folder, "origin.db");
        SqliteRows.Create(file);
        await server.ImportAsync(file, cancellationToken);
        var times = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var from = await CreateSqliteAsync(host, "origin.db", cancellationToken);
            times.Add(await IntoSqliteAsync(host, syncs, from, folder, cancellationToken));
            await syncs.ForgetAsync(cancellationToken, from);
        }

        // The first does not count.
        var median = times.Skip(1).Order().ElementAt(Rounds / 2);
        await board.NoteAsync(Name, Unit.MegabytesPerSecond.Format(RowServer.Megabytes / median));
    }

    private static Task<string> CreateSqliteAsync(RuntimeHost host, string path, CancellationToken cancellationToken) =>
        host.CreateAsync("database", "sqlite", new { path }, new { type = "none" }, cancellationToken);
}
