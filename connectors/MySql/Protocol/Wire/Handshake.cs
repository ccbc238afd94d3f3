using System.Text;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>How the server introduces itself (protocol version 10).</summary>
/// <param name="Version">Its version, such as <c>8.0.36</c> or <c>5.5.5-10.11.6-MariaDB</c>.</param>
/// <param name="ThreadId">Number of the connection, for <c>KILL</c>.</param>
/// <param name="Challenge">20 bytes that a password is mixed with.</param>
/// <param name="Capabilities">What it can do.</param>
/// <param name="Plugin">How it wants to authenticate.</param>
internal sealed record Handshake(
    string Version,
    uint ThreadId,
    byte[] Challenge,
    Capabilities Capabilities,
    string Plugin
)
{
    private const int ChallengeLength = 20;
    private const int FirstPart = 8;

    public bool IsMariaDb => Version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);

    public static Handshake Parse(ReadOnlySpan<byte> payload)
    {
        var packet = new PacketReader(payload);
        if (packet.Byte() != 10)
        {
            throw new MySqlProtocolException("The server speaks another protocol.");
        }

        var version = Encoding.ASCII.GetString(packet.NullTerminated());
        var thread = packet.UInt32();
        var challenge = new byte[ChallengeLength];
        packet.Take(FirstPart).CopyTo(challenge);
        packet.Take(1);
        var capabilities = (Capabilities)packet.UInt16();
        packet.Take(1 + 2);
        capabilities |= (Capabilities)((ulong)packet.UInt16() << 16);
        packet.Take(1 + 6);
        var extended = packet.UInt32();
        if (!capabilities.HasFlag(Capabilities.MySql))
        {
            capabilities |= (Capabilities)((ulong)extended << 32);
        }

        if (!capabilities.HasFlag(Capabilities.Protocol41 | Capabilities.SecureConnection))
        {
            throw new MySqlProtocolException("The server is too old.");
        }

        // 13 bytes or more, of which 12 count; the last is a NUL.
        packet.Take(ChallengeLength - FirstPart).CopyTo(challenge.AsSpan(FirstPart));
        _ = packet.NullTerminated();
        var plugin = capabilities.HasFlag(Capabilities.PluginAuthentication)
            ? Encoding.ASCII.GetString(packet.NullTerminated())
            : "";
        return new Handshake(version, thread, challenge, capabilities, plugin);
    }
}
