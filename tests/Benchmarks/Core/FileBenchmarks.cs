using System.Globalization;
using System.Security.Cryptography;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;

namespace Yyc3.Connectors.Benchmarks.Core;

/// <summary>A large file into local-fs and out again, each time to the disk, against a copy that is synchronised.</summary>
internal static class FileBenchmarks
{
    private const int Size = 256 * 1024 * 1024;
    private const double Mebi = 1024 * 1024;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("core.files"))
        {
            return;
        }

        using var place = new Workplace();
        await using var host = await RuntimeHost.StartAsync(place.NewFolder(), null, cancellationToken);
        var integration = await host.CreateAsync("storage", "local-fs", cancellationToken);
        var source = place.Write("source", RandomNumberGenerator.GetBytes(Size));
        var target = Path.Combine(place.Folder, "target");
        using var client = new GrpcClient(host.Grpc, RuntimeHost.Key);
        var grpc = new FileCalls(client, integration);
        var curl = new CurlFiles(host.Rest, integration);

        async Task CompareAsync(string name, Func<CancellationToken, Task> ours)
        {
            var growth = 0.0;
            await board.CompareAsync(
                name,
                Unit.Seconds,
                async token =>
                {
                    File.Delete(target);
                    host.Process.ForgetPeak();
                    var before = host.Process.Memory;
                    var begun = TimeProvider.System.GetTimestamp();
                    await ours(token);
                    var time = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
                    growth = Math.Max(growth, (host.Process.PeakMemory - before) / Mebi);
                    return time;
                },
                token => CopyAsync(source, target, token),
                cancellationToken
            );
            await board.NoteAsync(
                name,
                string.Create(CultureInfo.InvariantCulture, $"the host grew by {growth:0} MiB at most")
            );
        }

        await CompareAsync("core.files.upload.rest", token => curl.UploadAsync(source, token));
        await CompareAsync("core.files.upload.grpc", token => grpc.UploadAsync(source, token));
        await curl.UploadAsync(source, cancellationToken);
        await CompareAsync("core.files.download.rest", token => curl.DownloadAsync(target, token));
        await CompareAsync("core.files.download.grpc", token => grpc.DownloadAsync(target, token));
    }

    private static async Task<double> CopyAsync(string source, string target, CancellationToken cancellationToken)
    {
        File.Delete(target);
        return await Command.TimeAsync("cp", [source, target], cancellationToken)
            + await Command.TimeAsync("sync", ["--data", target], cancellationToken);
    }
}
