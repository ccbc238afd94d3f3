using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Yyc3.Connectors.MySql.Protocol.Wire;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MySql;

/// <summary>
/// The authenticating half of a MySQL 8 server, which does not exist as a package here. It judges an answer the way the server
/// does, from the stored hash of the password, not by computing what the client should send.
/// </summary>
internal sealed class MockMySqlServer : IDisposable
{
    public const string Password = "s3cret-Pä55";

    private static readonly byte[] StoredHash = SHA256.HashData(SHA256.HashData(Encoding.UTF8.GetBytes(Password)));

    private readonly TcpListener _listener = new(System.Net.IPAddress.Loopback, 0);
    private readonly RSA _key = RSA.Create(2048);
    private readonly byte[] _challenge = [.. Enumerable.Range(0, 20).Select(_ => (byte)Random.Shared.Next(1, 127))];

    public MockMySqlServer() => _listener.Start();

    public int Port => ((System.Net.IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether the password's hash is in the cache, so that the fast path is enough.</summary>
    public bool IsCached { get; init; }

    /// <summary>Makes the server offer TLS.</summary>
    public TestAuthority? Tls { get; init; }

    /// <summary>Plugin of the introduction; another one than the user's leads to a switch.</summary>
    public string DefaultPlugin { get; init; } = "caching_sha2_password";

    /// <summary>Plugin of the user.</summary>
    public string UserPlugin { get; init; } = "caching_sha2_password";

    /// <summary>What the client has sent after its first answer.</summary>
    public List<byte[]> Received { get; } = [];

    /// <summary>Serves one client up to the end of its authentication.</summary>
    public async Task ServeAsync()
    {
        using var socket = await _listener.AcceptSocketAsync();
        await using Stream plain = new NetworkStream(socket);
        using var first = new PacketChannel(plain);
        await SendAsync(first, 0, Introduction());
        if (Tls is not null)
        {
            // The request for TLS, and not a byte of what follows it.
            await plain.ReadExactlyAsync(new byte[4 + 32]);
        }

        using var channel = Tls is null ? first : new PacketChannel(await SecureAsync(plain));
        var answer = (await channel.ReadAsync(default)).ToArray();
        var response = FirstResponse(answer);
        if (DefaultPlugin != UserPlugin)
        {
            byte[] request = [0xFE, .. Encoding.ASCII.GetBytes(UserPlugin), 0, .. _challenge, 0];
            response = await AskAsync(channel, request);
        }

        var isRight = await JudgeAsync(channel, response);
        byte[] refusal = [0xFF, 0x15, 0x04, .. "#28000Access denied"u8];
        await SendAsync(channel, channel.NextSequence, isRight ? [0, 0, 0, 2, 0, 0, 0] : refusal);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _key.Dispose();
    }

    private static bool IsScrambled(byte[] response, byte[] challenge)
    {
        // What the server does: undo the mask with the stored hash, then hash once more.
        var mask = SHA256.HashData([.. StoredHash, .. challenge]);
        return response.Length == mask.Length
            && SHA256.HashData([.. response.Zip(mask, (a, b) => (byte)(a ^ b))]).AsSpan().SequenceEqual(StoredHash);
    }

    private async Task<bool> JudgeAsync(PacketChannel channel, byte[] response)
    {
        if (IsCached)
        {
            var fits = IsScrambled(response, _challenge);
            if (fits)
            {
                await SendAsync(channel, channel.NextSequence, [1, 3]);
            }

            return fits;
        }

        var reply = await AskAsync(channel, [1, 4]);
        if (Tls is not null)
        {
            return reply.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Password + '\0'));
        }

        if (reply is not [2])
        {
            return false;
        }

        byte[] key = [1, .. Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem())];
        var plain = _key.Decrypt(await AskAsync(channel, key), RSAEncryptionPadding.OaepSHA1);
        return Encoding.UTF8.GetString([.. plain.Select((b, i) => (byte)(b ^ _challenge[i % 20]))]) == Password + '\0';
    }

    private async Task<byte[]> AskAsync(PacketChannel channel, byte[] payload)
    {
        await SendAsync(channel, channel.NextSequence, payload);
        var reply = (await channel.ReadAsync(default)).ToArray();
        Received.Add(reply);
        return reply;
    }

    private static async Task SendAsync(PacketChannel channel, byte sequence, byte[] payload)
    {
        channel.Output.Begin(sequence);
        channel.Output.Bytes(payload);
        channel.Output.End();
        await channel.FlushAsync(default);
    }

    private byte[] Introduction()
    {
        var capabilities = 0x019FF7FFu | (Tls is null ? 0u : 0x800u);
        var low = (ushort)capabilities;
        var high = (ushort)(capabilities >> 16);
        return
        [
            10,
            .. "8.0.36\0"u8,
            .. BitConverter.GetBytes(77u),
            .. _challenge[..8],
            0,
            .. BitConverter.GetBytes(low),
            255,
            2,
            0,
            .. BitConverter.GetBytes(high),
            21,
            .. new byte[10],
            .. _challenge[8..],
            0,
            .. Encoding.ASCII.GetBytes(DefaultPlugin),
            0,
        ];
    }

    private static byte[] FirstResponse(byte[] answer)
    {
        var packet = new PacketReader(answer);
        packet.Take(32);
        packet.NullTerminated();
        return packet.LengthEncoded().ToArray();
    }

    private async Task<Stream> SecureAsync(Stream plain)
    {
        using var pem = X509Certificate2.CreateFromPem(Tls!.CertificatePem, Tls.KeyPem);
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null);
        var secured = new SslStream(plain);
        await secured.AuthenticateAsServerAsync(certificate);
        return secured;
    }
}
