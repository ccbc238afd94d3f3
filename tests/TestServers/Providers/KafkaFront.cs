using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Yyc3.Connectors.TestServers;

/// <summary>
/// A door to a mock cluster of one broker that asks for TLS, for SASL PLAIN, or for both: the mock itself has neither. The
/// cluster names this door as its broker.
/// </summary>
public sealed class KafkaFront : IAsyncDisposable
{
    private readonly KafkaMockBroker _broker;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2? _certificate;
    private readonly string? _password;

    private KafkaFront(KafkaMockBroker broker, TestAuthority? tls, string? password)
    {
        _broker = broker;
        _password = password;
        _certificate = tls is null ? null : X509Certificate2.CreateFromPem(tls.CertificatePem, tls.KeyPem);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public string BootstrapServers => _listener.LocalEndpoint.ToString()!;

    /// <summary>Starts a cluster behind a door.</summary>
    /// <param name="tls">Whose certificate to show; null for no TLS.</param>
    /// <param name="password">What to ask for, with any user name; null for no SASL.</param>
    public static async Task<KafkaFront> StartAsync(TestAuthority? tls, string? password)
    {
        var front = new KafkaFront(await KafkaMockBroker.StartAsync(), tls, password);
        await front._broker.AdvertiseAsync(1, "127.0.0.1", ((IPEndPoint)front._listener.LocalEndpoint).Port);
        return front;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _broker.DisposeAsync();
        _certificate?.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var accepting = _listener.AcceptSocketAsync(_stop.Token).AsTask();
            await ((Task)accepting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!accepting.IsCompletedSuccessfully)
            {
                return;
            }

            _ = ServeAsync(await accepting);
        }
    }

    private async Task ServeAsync(Socket accepted)
    {
        try
        {
            await using var client = await OpenAsync(new NetworkStream(accepted, ownsSocket: true));
            using var dialled = new TcpClient();
            await dialled.ConnectAsync(IPEndPoint.Parse(_broker.BootstrapServers), _stop.Token);
            await using var server = dialled.GetStream();
            if (_password is null || await KafkaSaslExchange.RunAsync(client, server, _password, _stop.Token))
            {
                await Task.WhenAny(client.CopyToAsync(server, _stop.Token), server.CopyToAsync(client, _stop.Token));
            }
        }
        catch (Exception fault)
            when (fault is IOException or SocketException or OperationCanceledException or InvalidOperationException
                || fault is System.Security.Authentication.AuthenticationException
            )
        {
            // The client has gone, or does not trust the certificate.
        }
    }

    private async Task<Stream> OpenAsync(NetworkStream stream)
    {
        if (_certificate is null)
        {
            return stream;
        }

        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = _certificate },
            _stop.Token
        );
        return tls;
    }
}
