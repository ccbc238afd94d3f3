using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Yyc3.Connectors.Benchmarks.Core;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Storage;

/// <summary>Small, middling and large files to S3 and back, four at a time, against Amazon's client and rclone.</summary>
internal static class S3Benchmarks
{
    private const string Bucket = "bench";
    private const int AtATime = 4;
    private const int Rounds = 5;
    private const double Mebi = 1024 * 1024;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("storage.s3"))
        {
            return;
        }

        using var place = new Workplace();
        await using var server = await CephServer.StartAsync();
        await using var host = await RuntimeHost.StartAsync(place.NewFolder(), null, cancellationToken);
        using var client = Client(server);
        await client.PutBucketAsync(Bucket, cancellationToken);
        var integration = await host.CreateAsync(
            "storage",
            "aws-s3",
            new
            {
                region = "us-east-1",
                bucket = Bucket,
                endpoint = $"http://127.0.0.1:{server.Port}",
                forcePathStyle = true,
                prefix = "ours",
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
            cancellationToken
        );
        using var grpc = new GrpcClient(host.Grpc, RuntimeHost.Key);
        var ours = new GrpcFiles(grpc, integration, AtATime);
        using var sdk = new SdkFiles(client, Bucket, AtATime);
        var rclone = new RcloneFiles(server, Bucket, AtATime);
        foreach (
            var (name, count, size) in new[] { ("200x1k", 200, 1024), ("64x1m", 64, 1 << 20), ("1x256m", 1, 256 << 20) }
        )
        {
            var set = FileSet.Make(place, name, count, size);
            var target = place.NewFolder();
            await CompareAsync(
                $"storage.s3.upload.{name}",
                token => ours.UploadAsync(set, token),
                ("sdk", token => sdk.UploadAsync(set, token)),
                ("rclone", token => rclone.UploadAsync(set, token))
            );
            if (!board.Wants($"storage.s3.download.{name}"))
            {
                continue;
            }

            // The uploads may not have been asked for. Rclone reads what it wrote itself, like the others.
            await ours.UploadAsync(set, cancellationToken);
            await sdk.UploadAsync(set, cancellationToken);
            await rclone.UploadAsync(set, cancellationToken);
            await CompareAsync(
                $"storage.s3.download.{name}",
                token => ours.DownloadAsync(set, target, token),
                ("sdk", token => sdk.DownloadAsync(set, target, token)),
                ("rclone", token => rclone.DownloadAsync(set, target, token))
            );
        }

        async Task CompareAsync(
            string name,
            Func<CancellationToken, Task> run,
            params (string Name, Func<CancellationToken, Task> Run)[] others
        )
        {
            if (!board.Wants(name))
            {
                return;
            }

            var growth = 0.0;
            foreach (var other in others)
            {
                await board.CompareAsync(
                    $"{name}.{other.Name}",
                    Unit.Seconds,
                    async token =>
                    {
                        host.Process.ForgetPeak();
                        var before = host.Process.Memory;
                        var time = await TimeAsync(run, token);
                        growth = Math.Max(growth, (host.Process.PeakMemory - before) / Mebi);
                        return time;
                    },
                    token => TimeAsync(other.Run, token),
                    cancellationToken,
                    Rounds
                );
            }

            await board.NoteAsync(
                name,
                string.Create(CultureInfo.InvariantCulture, $"the host grew by {growth:0} MiB at most")
            );
        }
    }

    private static AmazonS3Client Client(CephServer server) =>
        new(
            new BasicAWSCredentials(CephServer.AccessKeyId, CephServer.SecretAccessKey),
            new AmazonS3Config
            {
                ServiceURL = $"http://127.0.0.1:{server.Port}",
                AuthenticationRegion = "us-east-1",
                ForcePathStyle = true,
                MaxErrorRetry = 0,
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            }
        );

    private static async Task<double> TimeAsync(Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        await run(cancellationToken);
        return TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
    }
}
