using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;

namespace Yyc3.Connectors.Benchmarks.Storage;

/// <summary>The same sets with Amazon's own client in this process, large files in parts.</summary>
internal sealed class SdkFiles(AmazonS3Client client, string bucket, int parallel) : IDisposable
{
    private const int PartSize = 8 * 1024 * 1024;

    private readonly TransferUtility _transfer = new(
        client,
        new TransferUtilityConfig { ConcurrentServiceRequests = 4, MinSizeBeforePartUpload = 2 * PartSize }
    );

    public Task UploadAsync(FileSet set, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            set.Names,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            async (name, token) =>
            {
                var path = Path.Combine(set.Folder, name);
                if (set.Size > 2 * PartSize)
                {
                    var request = new TransferUtilityUploadRequest
                    {
                        BucketName = bucket,
                        Key = $"raw/{set.Name}/{name}",
                        FilePath = path,
                        PartSize = PartSize,
                    };
                    await _transfer.UploadAsync(request, token);
                    return;
                }

                await client.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = bucket,
                        Key = $"raw/{set.Name}/{name}",
                        FilePath = path,
                    },
                    token
                );
            }
        );

    public Task DownloadAsync(FileSet set, string target, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            set.Names,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            async (name, token) =>
            {
                using var response = await client.GetObjectAsync(bucket, $"raw/{set.Name}/{name}", token);
                await using var file = File.Create(Path.Combine(target, name), bufferSize: 0);
                await response.ResponseStream.CopyToAsync(file, token);
            }
        );

    public void Dispose() => _transfer.Dispose();
}
