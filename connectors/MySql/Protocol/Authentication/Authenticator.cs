using System.Text;
using Yyc3.Connectors.MySql.Protocol.Wire;

namespace Yyc3.Connectors.MySql.Protocol.Authentication;

/// <summary>Proves the user's password, in the way the server asks for.</summary>
/// <param name="channel">The connection.</param>
/// <param name="password">The password.</param>
/// <param name="isSecure">Whether TLS is in use, so that the password itself may be sent.</param>
internal sealed class Authenticator(PacketChannel channel, string password, bool isSecure)
{
    private const byte MoreData = 0x01;
    private const byte SwitchRequest = 0xFE;

    private string _plugin = NativePassword.Plugin;
    private byte[] _challenge = [];

    /// <summary>The plugin that the first answer is for.</summary>
    public string Plugin => _plugin;

    /// <summary>Makes the first answer.</summary>
    /// <param name="handshake">The server's challenge and the plugin it would like.</param>
    /// <returns>What belongs into the handshake's answer; the server may still ask for another way.</returns>
    public byte[] Begin(Handshake handshake)
    {
        _plugin = handshake.Plugin is CachingSha2Password.Plugin ? CachingSha2Password.Plugin : NativePassword.Plugin;
        _challenge = handshake.Challenge;
        return Respond();
    }

    /// <summary>Goes on until the server is content.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The server's last word.</returns>
    /// <exception cref="MySqlException">The server refuses.</exception>
    public async Task<Answer> CompleteAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var packet = await channel.ReadAsync(cancellationToken);
            switch (packet.Span)
            {
                case [MoreData, .. var data]:
                    Continue(data);
                    break;
                case [SwitchRequest, .. var request]:
                    Switch(request);
                    break;
                default:
                    return Answer.Parse(packet.Span);
            }

            await channel.FlushAsync(cancellationToken);
        }
    }

    private void Switch(ReadOnlySpan<byte> request)
    {
        var packet = new PacketReader(request);
        _plugin = Encoding.ASCII.GetString(packet.NullTerminated());
        var challenge = packet.Rest();
        _challenge = (challenge is [.., 0] ? challenge[..^1] : challenge).ToArray();
        Send(Respond());
    }

    private byte[] Respond() =>
        _plugin switch
        {
            NativePassword.Plugin when _challenge.Length is > 0 and < 256 => NativePassword.Respond(
                password,
                _challenge
            ),
            CachingSha2Password.Plugin when _challenge.Length is > 0 and < 256 => CachingSha2Password.Respond(
                password,
                _challenge
            ),
            // Among them mysql_clear_password and mysql_old_password, which would give the password away.
            _ => throw new MySqlAuthenticationException(_plugin),
        };

    private void Continue(ReadOnlySpan<byte> data)
    {
        if (_plugin != CachingSha2Password.Plugin)
        {
            throw new MySqlProtocolException("The server goes on with an authentication that is complete.");
        }

        switch (data)
        {
            case [CachingSha2Password.FastPathDone]:
                break;
            case [CachingSha2Password.FullPathWanted] when isSecure:
                Send(Encoding.UTF8.GetBytes(password + '\0'));
                break;
            case [CachingSha2Password.FullPathWanted]:
                Send([CachingSha2Password.KeyRequest]);
                break;
            default:
                // The server's key, which it gives only when asked; never over TLS.
                Send(CachingSha2Password.Encrypt(password, _challenge, Encoding.ASCII.GetString(data)));
                break;
        }
    }

    private void Send(byte[] payload)
    {
        channel.Output.Begin(channel.NextSequence);
        channel.Output.Bytes(payload);
        channel.Output.End();
    }
}
