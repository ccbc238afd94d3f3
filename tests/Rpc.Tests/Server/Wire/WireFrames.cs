using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;

namespace Yyc3.Connectors.Rpc.Tests.Server.Wire;

/// <summary>Builds request bodies byte by byte, also broken ones.</summary>
internal static class WireFrames
{
    public const int HeaderLength = 5;

    public static byte[] Text(string text) => Of(new EchoRequest { Text = text });

    public static byte[] Of(IMessage message) => Raw(0, message.ToByteArray());

    public static byte[] Gzip(IMessage message) => Raw(1, Pack(message.ToByteArray()));

    public static byte[] Raw(byte flag, byte[] payload) => [.. Header(flag, (uint)payload.Length), .. payload];

    public static byte[] Header(byte flag, uint length)
    {
        var header = new byte[HeaderLength];
        header[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(1), length);
        return header;
    }

    public static byte[] Pack(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(data);
        }
        return packed.ToArray();
    }

    public static byte[] Unpack(byte[] data)
    {
        using var gzip = new GZipStream(new MemoryStream(data), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    public static List<(byte Flag, byte[] Payload)> Split(byte[] body)
    {
        var frames = new List<(byte, byte[])>();
        for (var at = 0; at < body.Length; )
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(at + 1));
            frames.Add((body[at], body.AsSpan(at + HeaderLength, length).ToArray()));
            at += HeaderLength + length;
        }
        return frames;
    }
}
