using System.Globalization;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Storage;

/// <summary>The same sets with rclone, start of its process included: so it is used.</summary>
internal sealed class RcloneFiles(CephServer server, string bucket, int parallel)
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal)
    {
        ["RCLONE_CONFIG_R_TYPE"] = "s3",
        ["RCLONE_CONFIG_R_PROVIDER"] = "Ceph",
        ["RCLONE_CONFIG_R_ENDPOINT"] = $"http://127.0.0.1:{server.Port}",
        ["RCLONE_CONFIG_R_ACCESS_KEY_ID"] = CephServer.AccessKeyId,
        ["RCLONE_CONFIG_R_SECRET_ACCESS_KEY"] = CephServer.SecretAccessKey,
        ["RCLONE_CONFIG"] = "",
        // Set, even to nothing, it keeps rclone from starting; an empty value counts as unset.
        ["AWS_CA_BUNDLE"] = "",
    };

    /// <summary>Writes files that are there already again.</summary>
    private const string Anew = "--ignore-times";

    public Task UploadAsync(FileSet set, CancellationToken cancellationToken) =>
        CopyAsync(set.Folder, $"r:{bucket}/rclone/{set.Name}", Anew, cancellationToken);

    public Task DownloadAsync(FileSet set, string target, CancellationToken cancellationToken) =>
        CopyAsync($"r:{bucket}/rclone/{set.Name}", target, Anew, cancellationToken);

    /// <summary>Copies what is not there yet, by its content.</summary>
    public Task SyncAsync(string folder, string prefix, CancellationToken cancellationToken) =>
        CopyAsync(folder, $"r:{bucket}/{prefix}", "--checksum", cancellationToken);

    private Task<string> CopyAsync(string from, string to, string flag, CancellationToken cancellationToken) =>
        Shell.RunAsync(
            "rclone",
            [
                "copy",
                from,
                to,
                flag,
                "--transfers",
                parallel.ToString(CultureInfo.InvariantCulture),
                "--checkers",
                "4",
                "--s3-chunk-size",
                "8M",
                "--s3-upload-concurrency",
                "4",
                "--s3-upload-cutoff",
                "16M",
            ],
            _environment,
            cancellationToken
        );
}
