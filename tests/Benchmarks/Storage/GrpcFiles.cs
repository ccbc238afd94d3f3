using Yyc3.Connectors.Benchmarks.Core;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.Contracts.Storage.V1;

namespace Yyc3.Connectors.Benchmarks.Storage;

/// <summary>Sets of files through the whole runtime by gRPC.</summary>
internal sealed class GrpcFiles(GrpcClient client, string integration, int parallel)
{
    private const string Service = "/yyc3.connectors.storage.v1.StorageService/";

    public Task UploadAsync(FileSet set, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            set.Names,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            async (name, token) =>
            {
                var header = new UploadHeader
                {
                    IntegrationId = integration,
                    Path = "/" + set.Name,
                    Name = name,
                };
                using var response = await client.SendAsync(
                    Service + "UploadFile",
                    new UploadContent(Path.Combine(set.Folder, name), header),
                    token
                );
                await response.Content.ReadAsByteArrayAsync(token);
                GrpcClient.ThrowIfFailed(response);
            }
        );

    public Task DownloadAsync(FileSet set, string target, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            set.Names,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            async (name, token) =>
            {
                var request = new DownloadFileRequest { IntegrationId = integration, Path = $"/{set.Name}/{name}" };
                using var response = await client.SendAsync(
                    Service + "DownloadFile",
                    new ByteArrayContent(GrpcClient.Frame(request)),
                    token
                );
                await using var file = System.IO.File.Create(Path.Combine(target, name), bufferSize: 0);
                await GrpcFrames.ReadAsync(
                    response,
                    DownloadFileResponse.Parser,
                    message => file.WriteAsync(message.Chunk.Memory, token),
                    token
                );
            }
        );
}
