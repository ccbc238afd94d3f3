using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Database.Tests.PostgreSql.PostgreSqlFixture;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

public sealed class PostgreSqlCheckTests : ConnectionCheckTests, IAsyncLifetime
{
    private readonly ConnectorHarness _harness = new();
    private PostgreSqlServer _server = null!;

    protected override string? MissingCode => "DATABASE_NOT_FOUND";

    public async ValueTask InitializeAsync() => _server = await PostgreSqlServers.SharedAsync();

    public ValueTask DisposeAsync()
    {
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override IConnector OpenHealthy() => Open(_server.Port);

    protected override IConnector OpenAtPort(int port) => Open(port);

    protected override IConnector OpenAtUnknownHost() => Open(_server.Port, host: UnknownHost);

    protected override IConnector? OpenWithUntrustedTls() => Open(_server.Port, host: "localhost", tls: "verify-full");

    protected override IConnector? OpenWithTrustedTls() =>
        Open(_server.Port, host: "localhost", tls: "verify-full", authority: _server.Authority.AuthorityPem);

    protected override IConnector? OpenWithWrongSecret() => Open(_server.Port, password: WrongSecret);

    protected override IConnector? OpenWithMissing() => Open(_server.Port, database: "no_such_database");

    private PostgreSqlConnector Open(
        int port,
        string host = "127.0.0.1",
        string database = PostgreSqlServer.Database,
        string password = PostgreSqlServer.Password,
        string tls = "prefer",
        string? authority = null
    ) =>
        new(
            _harness.Context(
                new
                {
                    host,
                    port,
                    database,
                    sslMode = tls,
                    caCertificate = authority,
                },
                Credentials(password: password)
            )
        );
}
