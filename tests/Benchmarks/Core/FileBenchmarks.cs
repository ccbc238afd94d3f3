using System.Globalization;
using System.Security.Cryptography;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;

namespace Yyc3.Connectors.Benchmarks.Core;

/// <summary>A large file into local-fs and out again, each time to the disk, against a copy that is synchronised.</summary>
/// <remarks>
/// Memory that a virtual machine takes from its host at that moment makes any writer several times slower. So each replaces
/// the file of the round before, which is deleted after the clock has stopped, and finds as much memory free that has just been
/// in use.
/// </remarks>
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
        var content = RandomNumberGenerator.GetBytes(Size);
        var source = place.Write("source", content);
        var target = Path.Combine(place.Folder, "target");
        var made = target + ".new";
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
                    FreeMemory(place, content, times: 2);
                    host.Process.ForgetPeak();
                    var before = host.Process.Memory;
                    var begun = TimeProvider.System.GetTimestamp();
                    await ours(token);
                    var time = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
                    growth = Math.Max(growth, (host.Process.PeakMemory - before) / Mebi);
                    await grpc.DeleteOldVersionsAsync(token);
                    if (File.Exists(made))
                    {
                        File.Move(made, target, overwrite: true);
                    }

                    return time;
                },
                token =>
                {
                    FreeMemory(place, content, times: 2);
                    return CopyAsync(source, made, target, token);
                },
                cancellationToken
            );
            await board.NoteAsync(
                name,
                string.Create(CultureInfo.InvariantCulture, $"the host grew by {growth:0} MiB at most")
            );
        }

        FreeMemory(place, content, times: 16);
        await curl.UploadAsync(source, cancellationToken);
        await CompareAsync("core.files.upload.rest", token => curl.UploadAsync(source, token));
        await CompareAsync("core.files.upload.grpc", token => grpc.UploadAsync(source, token));
        await CompareAsync("core.files.download.rest", token => curl.DownloadAsync(made, token));
        await CompareAsync("core.files.download.grpc", token => grpc.DownloadAsync(made, token));
    }

    /// <summary>Frees memory that has just been in use, so many times what a file takes.</summary>
    private static void FreeMemory(Workplace place, byte[] content, int times)
    {
        var scratch = Enumerable
            .Range(0, times)
            .Select(number => place.Write(string.Create(CultureInfo.InvariantCulture, $"scratch{number}"), content))
            .ToList();
        scratch.ForEach(File.Delete);
    }

    private static async Task<double> CopyAsync(
        string source,
        string made,
        string target,
        CancellationToken cancellationToken
    )
    {
        var time =
            await Command.TimeAsync("cp", [source, made], cancellationToken)
            + await Command.TimeAsync("sync", ["--data", made], cancellationToken);
        File.Move(made, target, overwrite: true);
        return time;
    }
}
