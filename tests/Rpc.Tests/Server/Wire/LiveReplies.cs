using System.Buffers.Binary;
using Google.Protobuf;

namespace Yyc3.Connectors.Rpc.Tests.Server.Wire;

/// <summary>Reads the messages of an answer one by one while the call goes on.</summary>
internal sealed class LiveReplies(Stream stream)
{
    public async Task<T?> NextAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        var header = new byte[WireFrames.HeaderLength];
        if (await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            return null;
        }
        var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1))];
        await stream.ReadExactlyAsync(payload);
        return parser.ParseFrom(payload);
    }
}
