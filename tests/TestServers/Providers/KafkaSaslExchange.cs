using System.Buffers.Binary;
using System.Text;

namespace Yyc3.Connectors.TestServers;

/// <summary>The start of a Kafka connection that authenticates with SASL PLAIN, in front of a broker that knows none.</summary>
internal static class KafkaSaslExchange
{
    private const short Handshake = 17;
    private const short ApiVersions = 18;
    private const short Authenticate = 36;
    private const short AuthenticationFailed = 58;

    /// <summary>Speaks with the client until it has proven the password.</summary>
    /// <returns>False when it could not.</returns>
    public static async Task<bool> RunAsync(Stream client, Stream server, string password, CancellationToken token)
    {
        while (true)
        {
            var request = await ReadAsync(client, token);
            var (kind, version) = (Int16(request, 0), Int16(request, 2));
            switch (kind)
            {
                case ApiVersions:
                    await WriteAsync(server, request, token);
                    await WriteAsync(client, Offer(await ReadAsync(server, token), version), token);
                    break;
                case Handshake:
                    // No error; one mechanism.
                    await WriteAsync(client, [.. request[4..8], 0, 0, 0, 0, 0, 1, 0, 5, .. "PLAIN"u8], token);
                    break;
                case Authenticate:
                    var text = Encoding.UTF8.GetString(request);
                    var isRight = text.EndsWith('\0' + password, StringComparison.Ordinal);
                    await WriteAsync(client, Answer(request, isRight ? (short)0 : AuthenticationFailed), token);
                    if (isRight)
                    {
                        return true;
                    }

                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>Adds the two requests to those that the broker says it knows (ApiVersions response, versions 0 to 2).</summary>
    private static byte[] Offer(byte[] response, short version)
    {
        if (version > 2 || Int16(response, 4) != 0)
        {
            return response;
        }

        var count = BinaryPrimitives.ReadInt32BigEndian(response.AsSpan(6));
        BinaryPrimitives.WriteInt32BigEndian(response.AsSpan(6), count + 2);
        var end = 10 + (count * 6);
        return
        [
            .. response[..end],
            0,
            (byte)Handshake,
            0,
            0,
            0,
            1,
            0,
            (byte)Authenticate,
            0,
            0,
            0,
            0,
            .. response[end..],
        ];
    }

    /// <summary>Error code, no text, no bytes (SaslAuthenticate response, version 0).</summary>
    private static byte[] Answer(byte[] request, short error) =>
        [.. request[4..8], (byte)(error >> 8), (byte)error, 0xff, 0xff, 0, 0, 0, 0];

    private static short Int16(byte[] frame, int at) => BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(at));

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken token)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, token);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(frame, token);
        return frame;
    }

    private static async Task WriteAsync(Stream stream, byte[] frame, CancellationToken token)
    {
        var whole = new byte[4 + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(whole, frame.Length);
        frame.CopyTo(whole, 4);
        await stream.WriteAsync(whole, token);
    }
}
