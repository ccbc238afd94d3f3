using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Connectors.Tests.Network;

public sealed class CertificateTrustTests
{
    private static readonly TestAuthority Authority = TestAuthority.Create();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Certificate_of_a_named_authority_is_believed() =>
        HandshakeAsync(CertificateTrust.FromPem(Authority.AuthorityPem), "localhost");

    [Fact]
    public Task Certificate_of_an_unknown_authority_is_not() =>
        Assert.ThrowsAsync<AuthenticationException>(() => HandshakeAsync(CertificateTrust.System, "localhost"));

    [Fact]
    public Task Certificate_of_another_authority_is_not() =>
        Assert.ThrowsAsync<AuthenticationException>(() =>
            HandshakeAsync(CertificateTrust.FromPem(TestAuthority.Create().AuthorityPem), "localhost")
        );

    [Fact]
    public Task Certificate_for_another_name_is_not() =>
        Assert.ThrowsAsync<AuthenticationException>(() =>
            HandshakeAsync(CertificateTrust.FromPem(Authority.AuthorityPem), "other.example")
        );

    [Theory]
    [InlineData("localhost", true, true)]
    [InlineData("other.example", true, false)]
    [InlineData("other.example", false, true)]
    public async Task Callback_judges_alike(string host, bool checkName, bool isAccepted)
    {
        var trust = CertificateTrust.FromPem(Authority.AuthorityPem);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                trust.Accepts(certificate, chain, errors, checkName),
        };
        var handshake = HandshakeAsync(options);
        await ((Task)handshake).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );
        Assert.Equal(isAccepted, handshake.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.1", true)]
    [InlineData("1.3.6.1.5.5.7.3.2", false)]
    public void Certificate_of_a_user_does_not_pose_as_a_server(string purpose, bool isAccepted)
    {
        var authority = TestAuthority.Create(purpose);
        using var certificate = X509Certificate2.CreateFromPem(authority.CertificatePem);

        Assert.Equal(
            isAccepted,
            CertificateTrust
                .FromPem(authority.AuthorityPem)
                .Accepts(certificate, null, SslPolicyErrors.RemoteCertificateChainErrors, checkName: false)
        );
    }

    [Theory]
    [InlineData("not a certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void What_is_no_certificate_is_refused_by_name(string pem) =>
        Assert.Equal(
            "config.caCertificate",
            Assert.Throws<ConnectorException>(() => CertificateTrust.FromPem(pem)).Field
        );

    private static Task HandshakeAsync(CertificateTrust trust, string host) =>
        HandshakeAsync(trust.ClientOptions(host));

    private static async Task HandshakeAsync(SslClientAuthenticationOptions options)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var pem = X509Certificate2.CreateFromPem(Authority.CertificatePem, Authority.KeyPem);
        using var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        using var client = new TcpClient();
        var connecting = client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Token).AsTask();
        using var accepted = await listener.AcceptTcpClientAsync(Token);
        await connecting;
        await using var server = new SslStream(accepted.GetStream());
        var serving = server.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = certificate },
            Token
        );
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(options, Token);
        await serving;
    }
}
