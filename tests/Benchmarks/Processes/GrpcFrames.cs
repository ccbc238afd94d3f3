using System.Buffers.Binary;
using Google.Protobuf;

namespace Yyc3.Connectors.Benchmarks.Processes;

/// <summary>Reads the messages of a server stream.</summary>
internal static class GrpcFrames
{
    /// <summary>Gives each message to a reader; the memory is used again for the next.</summary>
    public static async Task ReadAsync<T>(
        HttpResponseMessage response,
        MessageParser<T> parser,
        Func<T, ValueTask> read,
        CancellationToken cancellationToken
    )
        where T : IMessage<T>
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
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
            await read(parser.ParseFrom(frame.AsSpan(0, length)));
        }

        GrpcClient.ThrowIfFailed(response);
    }
}
