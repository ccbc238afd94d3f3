using System.Net.Security;
using System.Security.Authentication;
using Yyc3.Connectors.MySql.Protocol.Authentication;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>Takes a connection from its first byte to an authenticated session.</summary>
/// <param name="channel">The connection.</param>
/// <param name="options">Database, user and TLS.</param>
internal sealed class ConnectionOpener(PacketChannel channel, MySqlConnectionOptions options)
{
    private const Capabilities Wanted =
        Capabilities.FoundRows
        | Capabilities.LongFlag
        | Capabilities.ConnectWithDatabase
        | Capabilities.Protocol41
        | Capabilities.Transactions
        | Capabilities.SecureConnection
        | Capabilities.MultiResults
        | Capabilities.PreparedMultiResults
        | Capabilities.PluginAuthentication
        | Capabilities.LengthEncodedAuthentication
        | Capabilities.DeprecateEof
        | Capabilities.ExtendedMetadata
        | Capabilities.CacheMetadata;

    private const uint LongestAnswer = 1 << 30;
    private const byte Utf8Mb4 = 45;

    /// <summary>Opens the session.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The server's introduction, with the capabilities that both sides have.</returns>
    public async Task<Handshake> OpenAsync(CancellationToken cancellationToken)
    {
        var first = await channel.ReadAsync(cancellationToken);
        if (Answer.IsError(first.Span))
        {
            throw Answer.ParseError(first.Span);
        }

        var handshake = Handshake.Parse(first.Span);
        var agreed = handshake.Capabilities & Wanted;

        // A client that leaves the lowest bit out speaks MariaDB's upper half.
        agreed |= handshake.Capabilities & Capabilities.MySql;
        var isSecure = await SecureAsync(handshake, agreed, cancellationToken);
        if (isSecure)
        {
            agreed |= Capabilities.Ssl;
        }

        var authenticator = new Authenticator(channel, options.Password, isSecure);
        var response = authenticator.Begin(handshake);

        // The request for TLS had the number before.
        channel.Output.Begin((byte)(channel.NextSequence + (isSecure ? 1 : 0)));
        WriteAnswer(agreed, response, authenticator.Plugin);
        channel.Output.End();
        await channel.FlushAsync(cancellationToken);
        await authenticator.CompleteAsync(cancellationToken);
        return handshake with { Capabilities = agreed };
    }

    private async Task<bool> SecureAsync(Handshake handshake, Capabilities agreed, CancellationToken cancellationToken)
    {
        if (options.SslMode == MySqlSslMode.Disabled)
        {
            return false;
        }

        if (!handshake.Capabilities.HasFlag(Capabilities.Ssl))
        {
            if (options.SslMode == MySqlSslMode.Preferred)
            {
                return false;
            }

            throw new AuthenticationException("The server offers no TLS.");
        }

        channel.Output.Begin(channel.NextSequence);
        WriteHead(agreed | Capabilities.Ssl);
        channel.Output.End();
        await channel.FlushAsync(cancellationToken);
        await channel.SecureAsync(async plain =>
        {
            var secured = new SslStream(plain);
            try
            {
                await secured.AuthenticateAsClientAsync(TlsOptions(), cancellationToken);
                return secured;
            }
            catch
            {
                await secured.DisposeAsync();
                throw;
            }
        });
        return true;
    }

    private SslClientAuthenticationOptions TlsOptions()
    {
        var tls = options.Trust.ClientOptions(options.Host);
        if (options.SslMode == MySqlSslMode.VerifyCa)
        {
            tls.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                options.Trust.Accepts(certificate, chain, errors, checkName: false);
        }
        else if (options.SslMode == MySqlSslMode.Preferred && !options.Trust.IsCustom)
        {
            // Without TLS this mode would speak in the clear: it hides from those who listen, and claims nothing more.
            tls.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        }

        return tls;
    }

    private void WriteHead(Capabilities capabilities)
    {
        var output = channel.Output;
        output.UInt32((uint)capabilities);
        output.UInt32(LongestAnswer);
        output.Byte(Utf8Mb4);
        output.Zeros(19);
        output.UInt32((uint)((ulong)capabilities >> 32));
    }

    private void WriteAnswer(Capabilities capabilities, byte[] response, string plugin)
    {
        var output = channel.Output;
        WriteHead(capabilities);
        output.NullTerminated(options.User);
        if (capabilities.HasFlag(Capabilities.LengthEncodedAuthentication))
        {
            output.LengthEncoded(response);
        }
        else
        {
            output.Byte((byte)response.Length);
            output.Bytes(response);
        }

        output.NullTerminated(options.Database);
        if (capabilities.HasFlag(Capabilities.PluginAuthentication))
        {
            output.NullTerminated(plugin);
        }
    }
}
