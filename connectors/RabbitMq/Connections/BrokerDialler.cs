using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;
using Yyc3.Connectors.RabbitMq.Faults;
using Yyc3.Connectors.RabbitMq.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Connections;

/// <summary>Opens connections to the broker through the host's network.</summary>
internal sealed class BrokerDialler(RabbitMqOptions options, ConnectorContext context)
{
    private const uint LargestMessage = 128 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    /// <summary>Opens one.</summary>
    /// <param name="purpose">Shown in the broker's list of connections.</param>
    /// <param name="cancellationToken">Ends the attempt, which ends by itself after ten seconds.</param>
    /// <exception cref="ConnectorException">Why it failed.</exception>
    public async Task<BrokerLink> OpenAsync(string purpose, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, context.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var socket = await context.Network.ConnectAsync(options.Host, options.Port, stop.Token);
            try
            {
                return new BrokerLink(await OpenAsync(purpose, socket, stop.Token));
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw patience.IsCancellationRequested ? RabbitMqErrors.Late(fault) : RabbitMqErrors.FromConnect(fault);
        }
    }

    private async Task<IConnection> OpenAsync(string purpose, Socket socket, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            VirtualHost = options.VirtualHost,
            UserName = options.User,
            Password = options.Password,
            // A connection that is lost is opened anew by the next call that needs it.
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = Heartbeat,
            HandshakeContinuationTimeout = Patience,
            ContinuationTimeout = Patience,
            SocketFactory = _ => new DialledSocket(socket),
            // What a broker takes must be receivable, or one large message would stop its queue for ever.
            MaxInboundMessageBodySize = LargestMessage,
        };
        // A literal address, so that the library resolves nothing; the socket is connected already.
        var endpoint = new AmqpTcpEndpoint(IPAddress.Loopback.ToString(), options.Port, Tls(), LargestMessage);
        var connection = await factory.CreateConnectionAsync(
            [endpoint],
            $"yyc3-connectors {context.IntegrationId} {purpose}",
            cancellationToken
        );
        try
        {
            // The library does not wait for the broker's answer about the virtual host.
            await using (await connection.CreateChannelAsync(cancellationToken: cancellationToken))
            {
                return connection;
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private SslOption Tls() =>
        options.Trust is { } trust
            ? new SslOption(options.Host, enabled: true)
            {
                CertificateValidationCallback = (_, certificate, chain, errors) =>
                    trust.Accepts(certificate, chain, errors),
            }
            : new SslOption { Enabled = false };
}
