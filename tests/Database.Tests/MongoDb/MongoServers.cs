using Yyc3.Connectors.Database.Tests.MongoDb;
using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(MongoServers))]

namespace Yyc3.Connectors.Database.Tests.MongoDb;

/// <summary>The servers that all tests of MongoDB share, each started when a test first needs it.</summary>
public sealed class MongoServers : IAsyncDisposable
{
    private readonly Lazy<Task<MongoTestServer>> _replicaSet = new(() => MongoTestServer.StartAsync());
    private readonly Lazy<Task<MongoTestServer>> _standalone = new(() =>
        MongoTestServer.StartAsync(isReplicaSet: false, hasUser: false)
    );
    private readonly Lazy<Task<MongoTestServer>> _encrypted;
    private int _databases;

    public MongoServers() => _encrypted = new(() => MongoTestServer.StartAsync(authority: Authority));

    /// <summary>Who signed the certificate of <see cref="EncryptedAsync"/>.</summary>
    public TestAuthority Authority { get; } = TestAuthority.Create();

    /// <summary>The fixture of this assembly.</summary>
    public static async ValueTask<MongoServers> GetAsync() =>
        await TestContext.Current.GetFixture<MongoServers>()
        ?? throw new InvalidOperationException("The fixture is not there.");

    /// <summary>A replica set of one, with a user.</summary>
    public Task<MongoTestServer> ReplicaSetAsync() => _replicaSet.Value;

    /// <summary>A server without transactions and without users.</summary>
    public Task<MongoTestServer> StandaloneAsync() => _standalone.Value;

    /// <summary>A server that speaks TLS only.</summary>
    public Task<MongoTestServer> EncryptedAsync() => _encrypted.Value;

    /// <summary>Opens a database of its own on the replica set.</summary>
    public async ValueTask<MongoDbConnector> OpenAsync(ConnectorHarness harness, int poolSize = 16) =>
        Open(harness, await ReplicaSetAsync(), $"test{Interlocked.Increment(ref _databases)}", poolSize);

    /// <summary>Opens a database of a server.</summary>
    public static MongoDbConnector Open(
        ConnectorHarness harness,
        MongoTestServer server,
        string database,
        int poolSize = 16,
        string password = MongoTestServer.Password
    ) =>
        new(
            harness.Context(
                new
                {
                    host = "127.0.0.1",
                    port = server.Port,
                    database,
                    poolSize,
                },
                Credentials(password)
            )
        );

    public static Dictionary<string, string> Credentials(string password = MongoTestServer.Password) =>
        new(StringComparer.Ordinal) { ["username"] = MongoTestServer.User, ["password"] = password };

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _replicaSet, _standalone, _encrypted }.Where(server => server.IsValueCreated))
        {
            await (await server.Value).DisposeAsync();
        }
    }
}
