using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Yyc3.Connectors.Benchmarks.Core;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.Benchmarks.Storage;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Sync;

/// <summary>A folder into a bucket, four files at a time, against rclone: first all of it, then again with nothing changed.</summary>
internal static class FileSyncBenchmarks
{
    private const string Bucket = "sync";
    private const int AtATime = 4;
    private const int Rounds = 5;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("sync.files"))
        {
            return;
        }

        using var place = new Workplace();
        await using var server = await CephServer.StartAsync();
        var folder = place.NewFolder();
        await using var host = await RuntimeHost.StartAsync(folder, null, cancellationToken);
        using (var client = Client(server))
        {
            await client.PutBucketAsync(Bucket, cancellationToken);
        }

        var syncs = new HostSyncs(host) { Parallelism = AtATime, BatchSize = 100 };
        var rclone = new RcloneFiles(server, Bucket, AtATime);
        foreach (var (name, count, size) in new[] { ("64x1m", 64, 1 << 20), ("2000x1k", 2000, 1024) })
        {
            var set = FileSet.Make(place, name, count, size);
            await CompareColdAsync(set);
            await CompareAgainAsync(set);
        }

        async Task CompareColdAsync(FileSet set) =>
            await board.CompareAsync(
                $"sync.files.cold.{set.Name}",
                Unit.Seconds,
                async token =>
                {
                    // A folder that the runtime has never seen, into a place that is empty.
                    var (from, to) = await CreateAsync(set, token);
                    var time = await syncs.PullAsync(from, to, "files", set.Count, token);
                    await syncs.ForgetAsync(token, from, to);
                    return time;
                },
                async token =>
                {
                    var copy = CopyOf(set);
                    var begun = TimeProvider.System.GetTimestamp();
                    await rclone.SyncAsync(Path.Combine(folder, copy), copy, token);
                    return TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
                },
                cancellationToken,
                Rounds
            );

        async Task CompareAgainAsync(FileSet set)
        {
            var name = $"sync.files.again.{set.Name}";
            if (!board.Wants(name))
            {
                return;
            }

            var (from, to) = await CreateAsync(set, cancellationToken);
            await syncs.PullAsync(from, to, "files", set.Count, cancellationToken);
            await rclone.SyncAsync(set.Folder, "again", cancellationToken);
            await board.CompareAsync(
                name,
                Unit.Seconds,
                token => syncs.PullAsync(from, to, "files", expected: 0, token),
                async token =>
                {
                    var begun = TimeProvider.System.GetTimestamp();
                    await rclone.SyncAsync(set.Folder, "again", token);
                    return TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
                },
                cancellationToken,
                Rounds
            );
        }

        async Task<(string From, string To)> CreateAsync(FileSet set, CancellationToken token)
        {
            var copy = CopyOf(set);
            var from = await host.CreateAsync("storage", "local-fs", new { root = copy }, new { type = "none" }, token);
            var to = await host.CreateAsync(
                "storage",
                "aws-s3",
                new
                {
                    region = "us-east-1",
                    bucket = Bucket,
                    endpoint = $"http://127.0.0.1:{server.Port}",
                    forcePathStyle = true,
                    prefix = copy,
                },
                new
                {
                    type = "api-key",
                    credentials = new
                    {
                        accessKeyId = CephServer.AccessKeyId,
                        secretAccessKey = CephServer.SecretAccessKey,
                    },
                },
                token
            );
            return (from, to);
        }

        string CopyOf(FileSet set)
        {
            var name = Path.GetRandomFileName();
            Directory.CreateDirectory(Path.Combine(folder, name));
            foreach (var file in set.Names)
            {
                File.Copy(Path.Combine(set.Folder, file), Path.Combine(folder, name, file));
            }

            return name;
        }
    }

    private static AmazonS3Client Client(CephServer server) =>
        new(
            new BasicAWSCredentials(CephServer.AccessKeyId, CephServer.SecretAccessKey),
            new AmazonS3Config
            {
                ServiceURL = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.Port}"),
                AuthenticationRegion = "us-east-1",
                ForcePathStyle = true,
            }
        );
}
