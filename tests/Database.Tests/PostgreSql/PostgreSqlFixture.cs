using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

/// <summary>Connectors on a server, closed with the fixture.</summary>
internal sealed class PostgreSqlFixture : IAsyncDisposable
{
    private readonly List<PostgreSqlConnector> _connectors = [];
    private readonly ConnectorHarness _harness = new();

    /// <summary>Id of the integration.</summary>
    public string IntegrationId { get; init; } = "int-test";

    /// <summary>The clock; the system's unless a test sets another.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>What stands for the host's way out; the harness's own unless a test sets another.</summary>
    public OutboundNetwork? Network { get; init; }

    /// <summary>Opens a connector.</summary>
    /// <param name="server">The server.</param>
    /// <param name="username">The role; its schema holds the tables.</param>
    /// <param name="settings">Settings beside host, port and database, which they may replace.</param>
    /// <param name="password">The password, when it is another.</param>
    public PostgreSqlConnector Open(
        PostgreSqlServer server,
        string username = PostgreSqlServer.Username,
        IReadOnlyDictionary<string, object>? settings = null,
        string password = PostgreSqlServer.Password
    ) => Open(server.Port, username, settings, password);

    public PostgreSqlConnector Open(
        int port,
        string username = PostgreSqlServer.Username,
        IReadOnlyDictionary<string, object>? settings = null,
        string password = PostgreSqlServer.Password
    )
    {
        var all = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["host"] = "127.0.0.1",
            ["port"] = port,
            ["database"] = PostgreSqlServer.Database,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, object>(StringComparer.Ordinal))
        {
            all[name] = value;
        }

        var connector = new PostgreSqlConnector(Context(all, Credentials(username, password)));
        _connectors.Add(connector);
        return connector;
    }

    /// <summary>Makes a context, with the fixture's network if it has one.</summary>
    public ConnectorContext Context(object settings, Dictionary<string, string> credentials)
    {
        var context = _harness.Context(settings, credentials);
        return new ConnectorContext
        {
            IntegrationId = IntegrationId,
            TenantId = context.TenantId,
            Settings = context.Settings,
            Credentials = context.Credentials,
            Paths = context.Paths,
            Keys = context.Keys,
            Http = context.Http,
            Network = Network ?? context.Network,
            Logger = context.Logger,
            Time = Time ?? context.Time,
        };
    }

    /// <summary>Opens a connector for a role of its own on the shared server.</summary>
    public async Task<PostgreSqlConnector> OpenAsync(IReadOnlyDictionary<string, object>? settings = null) =>
        Open(await PostgreSqlServers.SharedAsync(), await PostgreSqlServers.NewRoleAsync(), settings);

    public static Dictionary<string, string> Credentials(
        string username = PostgreSqlServer.Username,
        string password = PostgreSqlServer.Password
    ) => new(StringComparer.Ordinal) { ["username"] = username, ["password"] = password };

    public static Dictionary<string, object> Settings(params (string Name, object Value)[] settings) =>
        settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal);

    public static async Task<ConnectorException> FailsAsync(Func<Task> action, string code)
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(action);
        Assert.Equal(code, error.Code);
        return error;
    }

    /// <summary>Waits for something to become true, soon.</summary>
    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> condition)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), "It does not come true.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }

        return TimeProvider.System.GetElapsedTime(begun);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connector in _connectors)
        {
            await connector.DisposeAsync();
        }

        _harness.Dispose();
    }
}
