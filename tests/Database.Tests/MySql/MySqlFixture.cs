using Yyc3.Connectors.MySql;
using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MySql;

/// <summary>A database of its own on a server, and connectors to it.</summary>
internal sealed class MySqlFixture : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _opened = [];
    private MariaDbServer? _server;

    public MariaDbServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public ConnectorHarness Harness { get; } = new();

    public string Database { get; private set; } = "";

    public static async Task<MySqlFixture> CreateAsync(MariaDbServer? server = null)
    {
        var fixture = new MySqlFixture { _server = server ?? await MySqlServerFixture.ServerAsync };
        fixture.Database = await fixture.Server.CreateDatabaseAsync();
        return fixture;
    }

    public static Dictionary<string, string> Credentials(
        string user = MariaDbServer.User,
        string password = MariaDbServer.Password
    ) => new(StringComparer.Ordinal) { ["username"] = user, ["password"] = password };

    public MySqlConnector Open(
        string sslMode = "prefer",
        string? caCertificate = null,
        int poolSize = 10,
        Dictionary<string, string>? credentials = null,
        string host = "127.0.0.1",
        OutboundNetwork? network = null,
        int maxRowBytes = 64 * 1024 * 1024,
        object? records = null
    )
    {
        var context = Harness.Context(
            new
            {
                host,
                port = Server.Port,
                database = Database,
                sslMode,
                caCertificate,
                poolSize,
                maxRowBytes,
                records = records ?? new { },
            },
            credentials ?? Credentials()
        );
        var connector = new MySqlConnector(network is null ? context : Through(network, context));
        _opened.Add(connector);
        return connector;
    }

    /// <summary>Opens the protocol client itself.</summary>
    public MySqlDataSource OpenSource(Func<MySqlConnectionOptions, MySqlConnectionOptions>? change = null)
    {
        var options = new MySqlConnectionOptions(
            "127.0.0.1",
            Server.Port,
            Database,
            MariaDbServer.User,
            MariaDbServer.Password
        );
        var source = new MySqlDataSource(
            change?.Invoke(options) ?? options,
            Harness.Context().Network,
            TimeProvider.System
        );
        _opened.Add(source);
        return source;
    }

    public static Task<ConnectorException> FailsAsync(Func<Task> action) =>
        Assert.ThrowsAsync<ConnectorException>(action);

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened)
        {
            await opened.DisposeAsync();
        }

        Harness.Dispose();
        await Server.RunAsync($"DROP DATABASE {Database}");
    }

    private static ConnectorContext Through(OutboundNetwork network, ConnectorContext context) =>
        new()
        {
            IntegrationId = context.IntegrationId,
            TenantId = context.TenantId,
            Settings = context.Settings,
            Credentials = context.Credentials,
            Paths = context.Paths,
            Keys = context.Keys,
            Http = context.Http,
            Network = network,
            Logger = context.Logger,
            Time = context.Time,
        };
}
