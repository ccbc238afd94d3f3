using System.Net.Sockets;
using System.Text;
using Yyc3.Connectors.MySql;
using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.MySql.Protocol.Wire;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlAuthenticationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData("caching_sha2_password")]
    [InlineData("mysql_native_password")]
    public async Task Sha2_fast_path_is_enough_for_a_cached_password(string defaultPlugin)
    {
        using var server = new MockMySqlServer { IsCached = true, DefaultPlugin = defaultPlugin };

        await OpenAsync(server);

        Assert.DoesNotContain(server.Received, sent => Holds(sent, MockMySqlServer.Password));
    }

    [Fact]
    public async Task Sha2_full_path_without_tls_hides_the_password_under_the_servers_key()
    {
        using var server = new MockMySqlServer();

        await OpenAsync(server);

        Assert.Equal([2], server.Received[0]);
        Assert.DoesNotContain(server.Received, sent => Holds(sent, MockMySqlServer.Password));
    }

    [Fact]
    public async Task Sha2_full_path_over_tls_sends_the_password()
    {
        var authority = TestAuthority.Create();
        using var server = new MockMySqlServer { Tls = authority };

        await OpenAsync(server, trust: authority.AuthorityPem);

        Assert.Equal(Encoding.UTF8.GetBytes(MockMySqlServer.Password + '\0'), Assert.Single(server.Received));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sha2_refuses_a_wrong_password(bool isCached)
    {
        using var server = new MockMySqlServer { IsCached = isCached };

        var error = await Assert.ThrowsAsync<MySqlException>(() => OpenAsync(server, password: "wrong"));

        Assert.Equal((1045, "28000"), (error.Number, error.SqlState));
    }

    [Theory]
    [InlineData("mysql_clear_password")]
    [InlineData("mysql_old_password")]
    [InlineData("client_ed25519")]
    public async Task Way_that_would_give_the_password_away_or_is_unknown_is_refused(string plugin)
    {
        using var server = new MockMySqlServer { UserPlugin = plugin };
        var serving = server.ServeAsync();

        await Assert.ThrowsAsync<MySqlAuthenticationException>(() =>
            ConnectAsync(server, MockMySqlServer.Password, null)
        );

        await Assert.ThrowsAnyAsync<Exception>(() => serving.WaitAsync(Patience));
        Assert.Empty(server.Received);
    }

    [Theory]
    [InlineData(1251, "08004", ErrorKind.PreconditionFailed, "AUTH_METHOD_UNSUPPORTED")]
    [InlineData(1524, "HY000", ErrorKind.PreconditionFailed, "AUTH_METHOD_UNSUPPORTED")]
    [InlineData(3159, "08004", ErrorKind.PreconditionFailed, "TLS_REQUIRED")]
    public void Refusal_that_no_password_can_change_is_told(int number, string state, ErrorKind kind, string code)
    {
        var reason = ErrorReasons.Of(new MySqlException(number, state, "refused"));

        Assert.Equal((kind, code), (reason.Kind, reason.Code));
    }

    [Fact]
    public async Task What_is_no_such_server_is_told_at_its_first_packet()
    {
        using var harness = new ConnectorHarness();
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var settings = new
        {
            host = "127.0.0.1",
            port,
            database = "db",
        };
        await using var connector = new MySqlConnector(harness.Context(settings, MySqlFixture.Credentials()));
        var check = connector.CheckAsync(default).AsTask();
        using var client = await listener.AcceptSocketAsync();

        // Read as a packet this has 5.5 MB, of which no more will come.
        await client.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        Assert.Equal("MALFORMED_ANSWER", (await check.WaitAsync(TimeSpan.FromSeconds(5))).Code);
    }

    [Fact]
    public async Task Unknown_way_is_told()
    {
        await using var fixture = await MySqlFixture.CreateAsync();
        var user = "u_" + Guid.NewGuid().ToString("N")[..8];
        await fixture.Server.RunAsync(
            $"INSTALL SONAME 'auth_ed25519'; CREATE USER {user}@'%' IDENTIFIED VIA ed25519 USING PASSWORD('pw')"
        );

        var report = await fixture.Open(credentials: MySqlFixture.Credentials(user, "pw")).CheckAsync(default);

        Assert.Equal(("AUTH_METHOD_UNSUPPORTED", false), (report.Code, report.Retryable));
    }

    [Theory]
    [InlineData("IDENTIFIED BY 'pw'", "pw", true)]
    [InlineData("IDENTIFIED BY 'größer 👩'", "größer 👩", true)]
    [InlineData("IDENTIFIED BY 'pw'", "Pw", false)]
    [InlineData("IDENTIFIED VIA mysql_native_password USING 'invalid'", "pw", false)]
    [InlineData("IDENTIFIED BY 'pw' ACCOUNT LOCK", "pw", false)]
    public async Task Native_password_is_accepted_or_refused_by_a_real_server(
        string how,
        string password,
        bool accepted
    )
    {
        await using var fixture = await MySqlFixture.CreateAsync();
        var user = "u_" + Guid.NewGuid().ToString("N")[..8];
        await fixture.Server.RunAsync($"CREATE USER {user}@'%' {how}; GRANT ALL ON {fixture.Database}.* TO {user}@'%'");
        foreach (var sslMode in new[] { "disable", "prefer" })
        {
            var connector = fixture.Open(sslMode, credentials: MySqlFixture.Credentials(user, password));

            var report = await connector.CheckAsync(default);

            Assert.Equal(accepted ? null : "INVALID_CREDENTIALS", report.Code);
            Assert.Equal(accepted ? HealthState.Healthy : HealthState.Unhealthy, report.Authentication);
        }
    }

    [Fact]
    public async Task Bytes_before_tls_are_refused()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var authority = TestAuthority.Create();
        using var server = new MockMySqlServer { Tls = authority };
        var serving = Task.Run(async () =>
        {
            // Passes the introduction on and adds a packet of its own to it.
            using var client = await listener.AcceptSocketAsync();
            using var real = new Socket(SocketType.Stream, ProtocolType.Tcp);
            var mock = server.ServeAsync();
            await real.ConnectAsync(System.Net.IPAddress.Loopback, server.Port);
            var buffer = new byte[1024];
            var read = await real.ReceiveAsync(buffer);
            await client.SendAsync((byte[])[.. buffer[..read], 7, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0]);
            await client.ReceiveAsync(buffer);
            real.Dispose();
            await Assert.ThrowsAnyAsync<Exception>(() => mock);
        });

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint);
        using var channel = new PacketChannel(socket);
        await Assert.ThrowsAsync<MySqlProtocolException>(() =>
            new ConnectionOpener(channel, Options(server, "x", authority.AuthorityPem)).OpenAsync(default)
        );
        await serving.WaitAsync(Patience);
    }

    private static bool Holds(byte[] sent, string text) => sent.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private static async Task OpenAsync(
        MockMySqlServer server,
        string password = MockMySqlServer.Password,
        string? trust = null
    )
    {
        var serving = server.ServeAsync();
        await ConnectAsync(server, password, trust).WaitAsync(Patience);
        await serving.WaitAsync(Patience);
    }

    private static async Task ConnectAsync(MockMySqlServer server, string password, string? trust)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, server.Port);
        using var channel = new PacketChannel(socket);
        var handshake = await new ConnectionOpener(channel, Options(server, password, trust)).OpenAsync(default);
        Assert.Equal((77u, false), (handshake.ThreadId, handshake.IsMariaDb));
    }

    private static MySqlConnectionOptions Options(MockMySqlServer server, string password, string? trust) =>
        new("127.0.0.1", server.Port, "db", "user", password)
        {
            SslMode = trust is null ? MySqlSslMode.Disabled : MySqlSslMode.VerifyFull,
            Trust = CertificateTrust.FromPem(trust),
        };
}
