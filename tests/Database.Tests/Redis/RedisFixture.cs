using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.Redis;

/// <summary>Ground of the tests of what only Redis has: a database of its own at the shared server.</summary>
public abstract class RedisFixture : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _opened = [];

    protected ConnectorHarness Harness { get; } = new();

    protected RedisServer Server { get; private set; } = null!;

    protected int Number { get; } = RedisServers.NextDatabase();

    protected RedisConnector Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await RedisServers.SharedAsync();
        Database = Open(Server, Number);
    }

    public async ValueTask DisposeAsync()
    {
        _opened.Reverse();
        foreach (var opened in _opened)
        {
            await opened.DisposeAsync();
        }

        Harness.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a server for this test.</summary>
    protected async Task<RedisServer> StartAsync(string? password, params string[] options)
    {
        var server = await RedisServer.StartAsync(password, ["--appendonly", "no", .. options]);
        _opened.Add(server);
        return server;
    }

    protected RedisConnector Open(RedisServer server, int database = 0) => Open(server, database, change: null);

    private protected RedisConnector Open(RedisServer server, int database, Func<RedisOptions, RedisOptions>? change)
    {
        var connector = RedisServers.Open(Harness, server, database, change);
        _opened.Add(connector);
        return connector;
    }

    protected RedisConnector Open(object settings, IReadOnlyDictionary<string, string>? credentials = null)
    {
        var connector = new RedisConnector(Harness.Context(settings, credentials));
        _opened.Add(connector);
        return connector;
    }

    protected static DbStatement Statement(string text, params (string Name, DbValue Value)[] parameters) =>
        DatabaseCalls.Statement(text, parameters);

    protected static Task<IReadOnlyList<DbValue[]>> QueryAsync(
        IDatabase database,
        string text,
        params (string Name, DbValue Value)[] parameters
    ) => DatabaseCalls.QueryAsync(database, text, parameters);

    protected Task<IReadOnlyList<DbValue[]>> QueryAsync(
        string text,
        params (string Name, DbValue Value)[] parameters
    ) => QueryAsync(Database, text, parameters);

    protected ValueTask<ExecuteResult> ExecuteAsync(string text, params (string Name, DbValue Value)[] parameters) =>
        Database.ExecuteAsync(Statement(text, parameters), default);
}
