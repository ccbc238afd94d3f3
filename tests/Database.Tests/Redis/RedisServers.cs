using Yyc3.Connectors.Database.Tests.Redis;
using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(RedisServers))]

namespace Yyc3.Connectors.Database.Tests.Redis;

/// <summary>The server that all tests share, started when the first one needs it; each test takes a database of its own.</summary>
public sealed class RedisServers : IAsyncDisposable
{
    public const string Password = "geheim-0123456789";

    private static readonly Lock Gate = new();
    private static Task<RedisServer>? _shared;
    private static int _databases;

    public static Task<RedisServer> SharedAsync()
    {
        lock (Gate)
        {
            return _shared ??= RedisServer.StartAsync(Password, "--appendonly", "no");
        }
    }

    public static int NextDatabase() => Interlocked.Increment(ref _databases);

    public static IReadOnlyDictionary<string, string>? Credentials(string? password, string? username = null)
    {
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal);
        if (password is not null)
        {
            credentials["password"] = password;
        }

        if (username is not null)
        {
            credentials["username"] = username;
        }

        return credentials;
    }

    /// <summary>Opens a connector at a server.</summary>
    internal static RedisConnector Open(
        ConnectorHarness harness,
        RedisServer server,
        int database = 0,
        Func<RedisOptions, RedisOptions>? change = null,
        object? records = null
    )
    {
        var context = harness.Context(
            new
            {
                host = "127.0.0.1",
                port = server.Port,
                database,
                records,
            },
            Credentials(server.Password)
        );
        var options = RedisOptions.From(context);
        return new RedisConnector(change is null ? options : change(options), context);
    }

    public async ValueTask DisposeAsync()
    {
        if (_shared is not null)
        {
            await (await _shared).DisposeAsync();
        }
    }
}
