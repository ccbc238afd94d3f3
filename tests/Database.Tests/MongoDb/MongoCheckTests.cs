using System.Net;
using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MongoDb;

public sealed class MongoCheckTests : ConnectionCheckTests, IAsyncLifetime
{
    private readonly ConnectorHarness _harness = new();
    private MongoServers? _servers;
    private MongoTestServer? _plain;
    private MongoTestServer? _encrypted;

    /// <summary>A database comes into being with its first document.</summary>
    protected override string? MissingCode => null;

    public async ValueTask InitializeAsync()
    {
        _servers = await MongoServers.GetAsync();
        _plain = await _servers.ReplicaSetAsync();
        _encrypted = await _servers.EncryptedAsync();
    }

    [Fact]
    public async Task Server_that_wants_a_user_refuses_nobody_in_particular()
    {
        using var connector = new MongoDbConnector(
            _harness.Context(
                new
                {
                    host = "127.0.0.1",
                    port = _plain!.Port,
                    database = "check",
                }
            )
        );
        var report = await connector.CheckAsync(default);

        Assert.Equal("INVALID_CREDENTIALS", report.Code);
        Assert.Equal((HealthState.Healthy, HealthState.Unhealthy), (report.Connection, report.Authentication));
    }

    [Fact]
    public async Task Server_that_only_pretends_to_know_the_password_is_not_trusted()
    {
        await using var forged = await MongoTestServer.StartAsync(isForged: true);
        using var connector = MongoServers.Open(_harness, forged, "check");

        Assert.Equal("SERVER_NOT_AUTHENTIC", (await connector.CheckAsync(default)).Code);
    }

    [Fact]
    public async Task Tls_to_a_server_without_it_ends_soon()
    {
        using var connector = Open(_plain!.Port, "127.0.0.1", isTls: true, _servers!.Authority);

        // It hangs up on the first message, which a server that is just being stopped does, too.
        Assert.Equal("CONNECTION_LOST", (await connector.CheckAsync(default)).Code);
    }

    [Fact]
    public async Task Certificate_of_another_name_is_refused()
    {
        var context = Context(_encrypted!.Port, "mongo.example", isTls: true, _servers!.Authority);
        using var connector = new MongoDbConnector(
            new ConnectorContext
            {
                IntegrationId = context.IntegrationId,
                TenantId = context.TenantId,
                Settings = context.Settings,
                Credentials = context.Credentials,
                Paths = context.Paths,
                Keys = context.Keys,
                Http = context.Http,
                Network = new LoopbackNetwork(),
                Logger = context.Logger,
                Time = context.Time,
            }
        );

        Assert.Equal("TLS_FAILURE", (await connector.CheckAsync(default)).Code);
    }

    public ValueTask DisposeAsync()
    {
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override IConnector OpenHealthy() => Open(_plain!.Port);

    protected override IConnector OpenAtPort(int port) => Open(port);

    protected override IConnector OpenAtUnknownHost() => Open(_plain!.Port, UnknownHost);

    protected override IConnector OpenWithUntrustedTls() => Open(_encrypted!.Port, "localhost", isTls: true);

    protected override IConnector OpenWithTrustedTls() =>
        Open(_encrypted!.Port, "localhost", isTls: true, _servers!.Authority);

    protected override IConnector OpenWithWrongSecret() => Open(_plain!.Port, password: WrongSecret);

    protected override IConnector? OpenWithMissing() => null;

    private MongoDbConnector Open(
        int port,
        string host = "127.0.0.1",
        bool isTls = false,
        TestAuthority? authority = null,
        string password = MongoTestServer.Password
    ) => new(Context(port, host, isTls, authority, password));

    private ConnectorContext Context(
        int port,
        string host,
        bool isTls,
        TestAuthority? authority,
        string password = MongoTestServer.Password
    ) =>
        _harness.Context(
            new
            {
                host,
                port,
                database = "check",
                tls = isTls,
                caCertificate = authority?.AuthorityPem,
            },
            MongoServers.Credentials(password)
        );

    /// <summary>A name server that knows every name as this machine.</summary>
    private sealed class LoopbackNetwork : OutboundNetwork
    {
        public override ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(
            string host,
            CancellationToken cancellationToken
        ) => ValueTask.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Loopback]);

        public override HttpMessageHandler CreateHttpHandler(CertificateTrust trust) =>
            throw new NotSupportedException();
    }
}
