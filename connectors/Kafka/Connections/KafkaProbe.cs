using System.Net.Security;
using System.Net.Sockets;
using Yyc3.Connectors.Kafka.Faults;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Connections;

/// <summary>
/// Dials the way the client will, because the client dials by itself and tells little of why it cannot: resolves every
/// broker through the host's guard, which must allow all its addresses, then connects to the first that answers, with TLS where the protocol has it.
/// </summary>
internal sealed class KafkaProbe(ConnectorContext context, KafkaOptions options)
{
    private static readonly TimeSpan DialTime = TimeSpan.FromSeconds(5);

    /// <summary>Ends when a broker can be reached.</summary>
    /// <exception cref="ConnectorException">None can, or the operator does not allow one; says why.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Exception? first = null;
        var known = new List<BrokerAddress>();
        foreach (var server in options.Servers)
        {
            try
            {
                await context.Network.ResolveAllAsync(server.Host, cancellationToken);
                known.Add(server);
            }
            catch (SocketException fault)
            {
                first ??= fault;
            }
        }

        foreach (var server in known)
        {
            try
            {
                await DialAsync(server, cancellationToken);
                return;
            }
            catch (Exception fault) when (fault is not ConnectorException && !cancellationToken.IsCancellationRequested)
            {
                first = fault;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw KafkaErrors.Unreachable(first);
    }

    /// <summary>Puts the brokers that the cluster names itself before the guard, as the client dials those next.</summary>
    public async Task CheckAsync(IEnumerable<string> hosts, CancellationToken cancellationToken)
    {
        SocketException? unknown = null;
        var isAnyKnown = false;
        foreach (var host in hosts.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            try
            {
                await context.Network.ResolveAllAsync(host, cancellationToken);
                isAnyKnown = true;
            }
            catch (SocketException fault)
            {
                unknown = fault;
            }
        }

        if (unknown is not null && !isAnyKnown)
        {
            throw KafkaErrors.Unreachable(unknown);
        }
    }

    private async Task DialAsync(BrokerAddress server, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(DialTime, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var socket = await context.Network.ConnectAsync(server.Host, server.Port, either.Token);
            if (options.UsesTls)
            {
                await using var tls = new SslStream(new NetworkStream(socket));
                await tls.AuthenticateAsClientAsync(options.Trust.ClientOptions(server.Host), either.Token);
            }
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The broker did not answer in time.", fault);
        }
    }
}
