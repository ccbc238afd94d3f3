using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.Contracts.Storage.V1;

namespace Yyc3.Connectors.Benchmarks.Core;

/// <summary>The messages of an upload: the header, then a file in chunks.</summary>
internal sealed class UploadContent(string source, UploadHeader header) : HttpContent
{
    private const int ChunkLength = 64 * 1024;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        await stream.WriteAsync(GrpcClient.Frame(new UploadFileRequest { Header = header }), cancellationToken);
        await using var file = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var buffer = new byte[
            GrpcClient.HeaderLength + 1 + CodedOutputStream.ComputeLengthSize(ChunkLength) + ChunkLength
        ];
        int length;
        while ((length = await file.ReadAsync(buffer.AsMemory(buffer.Length - ChunkLength), cancellationToken)) > 0)
        {
            var start = Prefix(buffer, length);
            await stream.WriteAsync(
                buffer.AsMemory(start, buffer.Length - ChunkLength - start + length),
                cancellationToken
            );
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <summary>Writes what stands before a chunk so that it ends where the chunk begins.</summary>
    private static int Prefix(byte[] buffer, int length)
    {
        var size = CodedOutputStream.ComputeLengthSize(length);
        var start = buffer.Length - ChunkLength - size - 1 - GrpcClient.HeaderLength;
        buffer[start] = 0;
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(start + 1), 1 + size + length);
        using var output = new CodedOutputStream(new MemoryStream(buffer, start + GrpcClient.HeaderLength, 1 + size));
        output.WriteTag(UploadFileRequest.ChunkFieldNumber, WireFormat.WireType.LengthDelimited);
        output.WriteLength(length);
        output.Flush();
        return start;
    }
}
