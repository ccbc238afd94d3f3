using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;

namespace Yyc3.Connectors.Benchmarks.Core;

/// <summary>From the start of the process to the first 200: the runtime with its three connectors, and an empty application.</summary>
internal static class ColdStartBenchmark
{
    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("core.coldstart"))
        {
            return;
        }

        using var place = new Workplace();
        var data = place.NewFolder();
        await board.CompareAsync(
            "core.coldstart",
            Unit.Seconds,
            token => StartRuntimeAsync(data, token),
            StartEmptyAsync,
            cancellationToken
        );
        await board.CompareAsync(
            "core.coldstart.first",
            Unit.Seconds,
            token => StartRuntimeAsync(place.NewFolder(), token),
            StartEmptyAsync,
            cancellationToken
        );
    }

    private static async Task<double> StartRuntimeAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        await using var host = await RuntimeHost.StartAsync(dataDirectory, null, cancellationToken);
        return host.Process.StartTime.TotalSeconds;
    }

    private static async Task<double> StartEmptyAsync(CancellationToken cancellationToken)
    {
        await using var empty = await Yardstick.StartAsync("empty", cancellationToken);
        return empty.StartTime.TotalSeconds;
    }
}
