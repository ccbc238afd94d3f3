using System.Buffers.Binary;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.Contracts.Storage.V1;

namespace Yyc3.Connectors.Benchmarks.Core;

/// <summary>Files over gRPC.</summary>
internal sealed class FileCalls(GrpcClient client, string integration)
{
    private const string Service = "/yyc3.connectors.storage.v1.StorageService/";

    public async Task UploadAsync(string source, CancellationToken cancellationToken)
    {
        var header = new UploadHeader
        {
            IntegrationId = integration,
            Path = "/",
            Name = "big",
        };
        using var response = await client.SendAsync(
            Service + "UploadFile",
            new UploadContent(source, header),
            cancellationToken
        );
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        GrpcClient.ThrowIfFailed(response);
    }

    /// <summary>Deletes what uploads have replaced: local-fs keeps it, a copy over a file does not.</summary>
    public async Task DeleteOldVersionsAsync(CancellationToken cancellationToken)
    {
        var all = await client.CallAsync(
            Service + "ListFileVersions",
            new ListFileVersionsRequest { IntegrationId = integration, Path = "/big" },
            ListFileVersionsResponse.Parser,
            cancellationToken
        );
        foreach (var old in all.Versions.Skip(1))
        {
            await client.CallAsync(
                Service + "DeleteFile",
                new DeleteFileRequest
                {
                    IntegrationId = integration,
                    Path = "/big",
                    VersionId = old.VersionId,
                },
                DeleteFileResponse.Parser,
                cancellationToken
            );
        }
    }

    public async Task DownloadAsync(string target, CancellationToken cancellationToken)
    {
        var request = new DownloadFileRequest { IntegrationId = integration, Path = "/big" };
        using var response = await client.SendAsync(
            Service + "DownloadFile",
            new ByteArrayContent(GrpcClient.Frame(request)),
            cancellationToken
        );
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var file = System.IO.File.Create(target, bufferSize: 0);
        var prefix = new byte[GrpcClient.HeaderLength];
        var frame = Array.Empty<byte>();
        while (
            await body.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken)
            == prefix.Length
        )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1));
            if (frame.Length < length)
            {
                frame = new byte[length];
            }

            await body.ReadExactlyAsync(frame.AsMemory(0, length), cancellationToken);
            var message = DownloadFileResponse.Parser.ParseFrom(frame.AsSpan(0, length));
            await file.WriteAsync(message.Chunk.Memory, cancellationToken);
        }

        GrpcClient.ThrowIfFailed(response);
        file.Flush(flushToDisk: true);
    }
}
