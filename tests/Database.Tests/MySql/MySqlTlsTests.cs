using System.Net;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Database.Tests.MySql.MySqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlTlsTests : IAsyncLifetime
{
    private MySqlFixture? _fixture;

    private MySqlFixture Fixture => _fixture!;

    public async ValueTask InitializeAsync() => _fixture = await CreateAsync();

    public ValueTask DisposeAsync() => Fixture.DisposeAsync();

    [Theory]
    [InlineData("disable", "none", "127.0.0.1", false)]
    [InlineData("prefer", "none", "127.0.0.1", true)]
    [InlineData("prefer", "right", "127.0.0.1", true)]
    [InlineData("prefer", "other", "127.0.0.1", null)]
    [InlineData("require", "none", "127.0.0.1", null)]
    [InlineData("require", "right", "127.0.0.1", true)]
    [InlineData("require", "right", "localhost", true)]
    [InlineData("require", "right", "another.test", null)]
    [InlineData("require", "other", "127.0.0.1", null)]
    [InlineData("verify-ca", "none", "127.0.0.1", null)]
    [InlineData("verify-ca", "right", "another.test", true)]
    [InlineData("verify-ca", "other", "127.0.0.1", null)]
    [InlineData("verify-full", "none", "127.0.0.1", null)]
    [InlineData("verify-full", "right", "127.0.0.1", true)]
    [InlineData("verify-full", "right", "another.test", null)]
    [InlineData("verify-full", "other", "127.0.0.1", null)]
    public async Task Mode_authority_and_name_decide(string sslMode, string authority, string host, bool? encrypted)
    {
        var pem = authority switch
        {
            "right" => Fixture.Server.Authority.AuthorityPem,
            "other" => TestAuthority.Create().AuthorityPem,
            _ => null,
        };
        var connector = Fixture.Open(sslMode, pem, host: host, network: new OneMachine());

        if (encrypted is null)
        {
            Assert.Equal(NetworkFault.TlsFailure, (await connector.CheckAsync(default)).Code);
            Assert.Equal(NetworkFault.TlsFailure, (await FailsAsync(() => QueryAsync(connector, "select 1"))).Code);
            return;
        }

        var cipher = await QueryAsync(connector, "show session status like 'Ssl_version'");
        Assert.Equal(encrypted.Value ? "TLSv1.3" : "", cipher[0][1].AsText());
    }

    [Theory]
    [InlineData("prefer", null)]
    [InlineData("require", NetworkFault.TlsFailure)]
    [InlineData("verify-ca", NetworkFault.TlsFailure)]
    public async Task Server_without_tls_is_used_only_when_none_is_asked_for(string sslMode, string? code)
    {
        await using var server = await MariaDbServer.StartAsync("--skip-ssl");
        await using var fixture = await CreateAsync(server);

        var report = await fixture.Open(sslMode, server.Authority.AuthorityPem).CheckAsync(default);

        Assert.Equal(code, report.Code);
    }

    [Fact]
    public async Task Server_that_insists_on_tls_is_told()
    {
        var user = "u_" + Guid.NewGuid().ToString("N")[..8];
        await Fixture.Server.RunAsync(
            $"CREATE USER {user}@'%' IDENTIFIED BY 'pw' REQUIRE SSL; GRANT ALL ON {Fixture.Database}.* TO {user}@'%'"
        );

        Assert.Equal(
            "INVALID_CREDENTIALS",
            (await Fixture.Open("disable", credentials: Credentials(user, "pw")).CheckAsync(default)).Code
        );
        Assert.Null((await Fixture.Open("prefer", credentials: Credentials(user, "pw")).CheckAsync(default)).Code);
    }

    [Fact]
    public async Task Many_rows_and_large_values_pass_tls()
    {
        var connector = Fixture.Open("verify-full", Fixture.Server.Authority.AuthorityPem);

        Assert.Equal(50_000, (await QueryAsync(connector, "select seq, 'text' from seq_1_to_50000")).Count);
        var large = await QueryAsync(connector, "select repeat(:a, 20000000)", ("a", DbValue.From("x")));
        Assert.Equal(20_000_000, large[0][0].AsText().Length);
    }

    /// <summary>Every name is this machine.</summary>
    private sealed class OneMachine : OutboundNetwork
    {
        public override ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(
            string host,
            CancellationToken cancellationToken
        ) => ValueTask.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Loopback]);

        public override HttpMessageHandler CreateHttpHandler(CertificateTrust trust) =>
            throw new NotSupportedException();
    }
}
