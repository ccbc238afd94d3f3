using Yyc3.Connectors.Benchmarks.Core;
using Yyc3.Connectors.Benchmarks.Database;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Messaging;
using Yyc3.Connectors.Benchmarks.Rpc;
using Yyc3.Connectors.Benchmarks.Storage;
using Yyc3.Connectors.Benchmarks.Sync;
using Yyc3.Connectors.Benchmarks.Sync.Contention;

namespace Yyc3.Connectors.Benchmarks;

/// <summary>Runs the chosen benchmarks one after the other, so that none disturbs another.</summary>
internal static class BenchmarkRun
{
    private static readonly string[] Areas = ["rpc", "core", "storage", "database", "messaging", "sync"];

    /// <summary>Runs areas (<c>rpc</c>), groups (<c>core.files</c>) or single benchmarks; nothing means all.</summary>
    public static async Task<int> RunAsync(string[] chosen, CancellationToken cancellationToken)
    {
        if (chosen.FirstOrDefault(name => !Areas.Contains(name.Split('.')[0], StringComparer.Ordinal)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no area '{unknown}'. Areas: {string.Join(", ", Areas)}");
            return 2;
        }

        var board = new ScoreBoard(chosen);
        await UnaryBenchmarks.RunAsync(board, cancellationToken);
        await JsonBenchmarks.RunAsync(board, cancellationToken);
        await CallBenchmarks.RunAsync(board, cancellationToken);
        await FileBenchmarks.RunAsync(board, cancellationToken);
        await QueueBenchmark.RunAsync(board, cancellationToken);
        await ColdStartBenchmark.RunAsync(board, cancellationToken);
        await S3Benchmarks.RunAsync(board, cancellationToken);
        await PostgreSqlBenchmarks.RunAsync(board, cancellationToken);
        await MySqlBenchmark.RunAsync(board, cancellationToken);
        await RedisBenchmark.RunAsync(board, cancellationToken);
        await RabbitMqBenchmarks.RunAsync(board, cancellationToken);
        await KafkaBenchmark.RunAsync(board, cancellationToken);
        await RowSyncBenchmarks.RunAsync(board, cancellationToken);
        await FileSyncBenchmarks.RunAsync(board, cancellationToken);
        await GrowthBenchmark.RunAsync(board, cancellationToken);
        await ClaimBenchmark.RunAsync(board, cancellationToken);
        await ContentionBenchmark.RunAsync(board, cancellationToken);
        return 0;
    }
}
