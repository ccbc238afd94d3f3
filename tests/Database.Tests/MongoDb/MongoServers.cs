using Yyc3.Connectors.Database.Tests.MongoDb;
using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(MongoServers))]

namespace Yyc3.Connectors.Database.Tests.MongoDb;

/// <summary>The servers that all tests of MongoDB share, each started when a test first needs it.</summary>
public sealed class MongoServers : IAsyncDisposable
{
    private readonly OnDemand _replicaSet = new(() => MongoTestServer.StartAsync());
    private readonly OnDemand _standalone = new(() => MongoTestServer.StartAsync(isReplicaSet: false, hasUser: false));
    private readonly OnDemand _encrypted;
    private int _databases;

    public MongoServers() => _encrypted = new(() => MongoTestServer.StartAsync(authority: Authority));

    /// <summary>Who signed the certificate of <see cref="EncryptedAsync"/>.</summary>
    public TestAuthority Authority { get; } = TestAuthority.Create();

    /// <summary>The fixture of this assembly.</summary>
    public static async ValueTask<MongoServers> GetAsync() =>
        await TestContext.Current.GetFixture<MongoServers>()
        ?? throw new InvalidOperationException("The fixture is not there.");

    /// <summary>A replica set of one, with a user.</summary>
    public Task<MongoTestServer> ReplicaSetAsync() => _replicaSet.GetAsync();

    /// <summary>A server without transactions and without users.</summary>
    public Task<MongoTestServer> StandaloneAsync() => _standalone.GetAsync();

    /// <summary>A server that speaks TLS only.</summary>
    public Task<MongoTestServer> EncryptedAsync() => _encrypted.GetAsync();

    /// <summary>Opens a database of its own on the replica set.</summary>
    public async ValueTask<MongoDbConnector> OpenAsync(
        ConnectorHarness harness,
        int poolSize = 16,
        object? records = null
    ) =>
        Open(
            harness,
            await ReplicaSetAsync(),
            $"test{Interlocked.Increment(ref _databases)}",
            poolSize,
            records: records
        );

    /// <summary>Opens a database of a server.</summary>
    public static MongoDbConnector Open(
        ConnectorHarness harness,
        MongoTestServer server,
        string database,
        int poolSize = 16,
        string password = MongoTestServer.Password,
        object? records = null
    ) =>
        new(
            harness.Context(
                new
                {
                    host = "127.0.0.1",
                    port = server.Port,
                    database,
                    poolSize,
                    records = records ?? new { },
                },
                Credentials(password)
            )
        );

    public static IReadOnlyDictionary<string, string> Credentials(string password = MongoTestServer.Password) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["username"] = MongoTestServer.User,
            ["password"] = password,
        };

    public async ValueTask DisposeAsync()
    {
        await _replicaSet.DisposeAsync();
        await _standalone.DisposeAsync();
        await _encrypted.DisposeAsync();
    }

    /// <summary>A server that starts when it is first asked for.</summary>
    private sealed class OnDemand(Func<Task<MongoTestServer>> start) : IAsyncDisposable
    {
        private readonly SemaphoreSlim _gate = new(1);
        private MongoTestServer? _server;

        public async Task<MongoTestServer> GetAsync()
        {
            await _gate.WaitAsync();
            try
            {
                return _server ??= await start();
            }
            finally
            {
                _gate.Release();
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }

            _gate.Dispose();
        }
    }
}
