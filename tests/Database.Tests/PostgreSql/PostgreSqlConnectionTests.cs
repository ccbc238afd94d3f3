using System.Net;
using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Database.Tests.PostgreSql.PostgreSqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

/// <summary>Who is let in, who is believed, and where connections go.</summary>
public sealed class PostgreSqlConnectionTests : IAsyncDisposable
{
    private const string OtherName = "db.example";

    private readonly PostgreSqlFixture _fixture = new();
    private readonly PostgreSqlFixture _named = new() { Network = new NamedNetwork() };

    [Theory]
    [InlineData("prefer", true)]
    [InlineData("disable", false)]
    public async Task Tls_is_used_as_asked_without_a_certificate_to_trust(string mode, bool isEncrypted)
    {
        var server = await PostgreSqlServers.SharedAsync();

        Assert.Equal(isEncrypted, await IsEncryptedAsync(_fixture.Open(server, settings: Settings(("sslMode", mode)))));
    }

    [Theory]
    [InlineData("require", "127.0.0.1")]
    [InlineData("require", "localhost")]
    [InlineData("verify-ca", "127.0.0.1")]
    [InlineData("verify-ca", OtherName)]
    [InlineData("verify-full", "127.0.0.1")]
    [InlineData("verify-full", "localhost")]
    [InlineData(null, "localhost")]
    public async Task Certificate_of_the_named_authority_is_believed(string? mode, string host)
    {
        var server = await PostgreSqlServers.SharedAsync();
        var settings = Settings(("host", host), ("caCertificate", server.Authority.AuthorityPem));
        if (mode is not null)
        {
            settings["sslMode"] = mode;
        }

        Assert.True(await IsEncryptedAsync(_named.Open(server, settings: settings)));
    }

    [Theory]
    [InlineData("require", "localhost", false)]
    [InlineData("verify-ca", "localhost", false)]
    [InlineData("verify-full", "localhost", false)]
    [InlineData("require", OtherName, true)]
    [InlineData("verify-full", OtherName, true)]
    public async Task Certificate_of_a_stranger_or_of_another_host_is_refused(string mode, string host, bool isNamed)
    {
        var server = await PostgreSqlServers.SharedAsync();
        var settings = Settings(("host", host), ("sslMode", mode));
        if (isNamed)
        {
            settings["caCertificate"] = server.Authority.AuthorityPem;
        }

        var error = await FailsAsync(
            () => QueryAsync(_named.Open(server, settings: settings), "select 1"),
            NetworkFault.TlsFailure
        );
        Assert.Equal(ErrorKind.MalformedAnswer, error.Kind);
    }

    [Fact]
    public async Task Authority_of_another_server_is_refused()
    {
        var server = await PostgreSqlServers.SharedAsync();
        var settings = Settings(("sslMode", "verify-ca"), ("caCertificate", TestAuthority.Create().AuthorityPem));

        await FailsAsync(
            () => QueryAsync(_fixture.Open(server, settings: settings), "select 1"),
            NetworkFault.TlsFailure
        );
    }

    [Fact]
    public async Task Server_without_tls_is_used_only_where_tls_is_not_asked_for()
    {
        var server = await PostgreSqlServers.PlainAsync();

        Assert.False(await IsEncryptedAsync(_fixture.Open(server, settings: Settings(("sslMode", "prefer")))));
        foreach (var mode in new[] { "require", "verify-ca", "verify-full" })
        {
            await FailsAsync(
                () => QueryAsync(_fixture.Open(server, settings: Settings(("sslMode", mode))), "select 1"),
                NetworkFault.TlsFailure
            );
        }
    }

    [Theory]
    [InlineData("only_tls", true)]
    [InlineData("only_plain", false)]
    public async Task Preferred_tls_gives_way_where_the_server_wants_none(string role, bool isEncrypted)
    {
        var server = await PostgreSqlServers.SharedAsync();
        await server.CreateRoleAsync(role);

        Assert.Equal(isEncrypted, await IsEncryptedAsync(_fixture.Open(server, role)));
    }

    [Fact]
    public async Task Password_itself_is_sent_only_to_a_server_that_is_known()
    {
        var server = await PostgreSqlServers.SharedAsync();
        var role = PostgreSqlServer.ClearTextUser;
        await server.CreateRoleAsync(role);
        foreach (var mode in new[] { "prefer", "disable" })
        {
            await FailsAsync(
                () => QueryAsync(_fixture.Open(server, role, settings: Settings(("sslMode", mode))), "select 1"),
                "AUTH_METHOD_REFUSED"
            );
        }

        var settings = Settings(("sslMode", "require"), ("caCertificate", server.Authority.AuthorityPem));
        var row = await QueryAsync(_fixture.Open(server, role, settings: settings), "select current_user");
        Assert.Equal(role, row[0][0].AsText());
    }

    [Theory]
    [InlineData("prefer")]
    [InlineData("disable")]
    public async Task Authority_without_a_mode_that_asks_for_it_is_refused(string mode)
    {
        var server = await PostgreSqlServers.SharedAsync();

        var error = Assert.Throws<ConnectorException>(() =>
            _fixture.Open(
                server,
                settings: Settings(("sslMode", mode), ("caCertificate", server.Authority.AuthorityPem))
            )
        );
        Assert.Equal((ErrorKind.InvalidArgument, "config.caCertificate"), (error.Kind, error.Field));
    }

    [Theory]
    [InlineData("host", "", "config.host")]
    [InlineData("port", 0, "config.port")]
    [InlineData("database", "", "config.database")]
    [InlineData("sslMode", "allow", "config.sslMode")]
    [InlineData("caCertificate", "no certificate", "config.caCertificate")]
    [InlineData("poolSize", 0, "config.poolSize")]
    public void Wrong_setting_is_named(string name, object value, string field)
    {
        var error = Assert.Throws<ConnectorException>(() => _fixture.Open(5432, settings: Settings((name, value))));

        Assert.Equal((ErrorKind.InvalidArgument, field), (error.Kind, error.Field));
    }

    [Theory]
    [InlineData("username")]
    [InlineData("password")]
    public void Missing_credential_is_named(string name)
    {
        var credentials = Credentials();
        credentials.Remove(name);

        var error = Assert.Throws<ConnectorException>(() =>
            new PostgreSqlConnector(_fixture.Context(new { host = "localhost", database = "x" }, credentials))
        );
        Assert.Equal("auth.credentials." + name, error.Field);
    }

    [Fact]
    public async Task Password_is_proved_by_md5_where_the_server_asks_so()
    {
        var server = await PostgreSqlServers.SharedAsync();
        await server.CreateRoleAsync(PostgreSqlServer.Md5User);

        var row = await QueryAsync(_fixture.Open(server, PostgreSqlServer.Md5User), "select current_user");
        Assert.Equal(PostgreSqlServer.Md5User, row[0][0].AsText());
        await FailsAsync(
            () => QueryAsync(_fixture.Open(server, PostgreSqlServer.Md5User, password: "wrong"), "select 1"),
            "INVALID_CREDENTIALS"
        );
    }

    [Fact]
    public async Task Wrong_password_is_sent_once()
    {
        var server = await PostgreSqlServers.SharedAsync();
        var role = await PostgreSqlServers.NewRoleAsync();

        var error = await FailsAsync(
            () => QueryAsync(_fixture.Open(server, role, password: "wrong"), "select 1"),
            "INVALID_CREDENTIALS"
        );

        Assert.Equal(ErrorKind.Unauthenticated, error.Kind);
        var refusals = (await server.ReadLogAsync())
            .Split('\n')
            .Count(line =>
                line.Contains($"password authentication failed for user \"{role}\"", StringComparison.Ordinal)
            );
        Assert.Equal(1, refusals);
    }

    [Fact]
    public async Task Address_that_the_operator_forbids_is_not_dialled()
    {
        var server = await PostgreSqlServers.SharedAsync();

        var error = await FailsAsync(
            () => QueryAsync(_named.Open(server, settings: Settings(("host", "forbidden.example"))), "select 1"),
            "ADDRESS_NOT_ALLOWED"
        );
        Assert.Equal(ErrorKind.PreconditionFailed, error.Kind);
    }

    [Fact]
    public async Task Next_address_is_tried_where_nobody_listens()
    {
        var server = await PostgreSqlServers.SharedAsync();

        Assert.NotEmpty(await QueryAsync(_named.Open(server, settings: Settings(("host", "two.example"))), "select 1"));
    }

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        await _named.DisposeAsync();
    }

    private static async Task<bool> IsEncryptedAsync(PostgreSqlConnector connector) =>
        (await QueryAsync(connector, "select ssl from pg_stat_ssl where pid = pg_backend_pid()"))[0][0].AsBoolean();

    private sealed class NamedNetwork : OutboundNetwork
    {
        public override ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(
            string host,
            CancellationToken cancellationToken
        ) =>
            ValueTask.FromResult<IReadOnlyList<IPAddress>>(
                host switch
                {
                    "forbidden.example" => throw new ConnectorException(
                        ErrorKind.PreconditionFailed,
                        "ADDRESS_NOT_ALLOWED",
                        "Not there."
                    ),
                    // The server listens on 127.0.0.1 alone.
                    "two.example" => [IPAddress.Parse("127.0.0.9"), IPAddress.Loopback],
                    _ => [IPAddress.Loopback],
                }
            );

        public override HttpMessageHandler CreateHttpHandler(CertificateTrust trust) =>
            throw new NotSupportedException();
    }
}
