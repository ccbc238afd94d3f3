using System.Globalization;

namespace Yyc3.Connectors.TestServers;

/// <summary>
/// The document server of <c>tests/servers/database/mongo-test-server.py</c>, which official drivers of other languages
/// accept; it runs on the interpreter that Debian's <c>python3-bson</c> and <c>python3-pymongo</c> belong to.
/// </summary>
public sealed class MongoTestServer : IAsyncDisposable
{
    /// <summary>The interpreter that has the packages.</summary>
    public const string Python = "/usr/bin/python3";

    /// <summary>A user whose name must be escaped.</summary>
    public const string User = "u,=ser";

    /// <summary>Its password, with letters beyond ASCII and a soft hyphen that preparing takes away.</summary>
    public const string Password = "pä\u00ADss wörd";

    private readonly string _folder = ServerFolder.New("mongo");
    private readonly string[] _options;
    private ServerProcess? _process;

    private MongoTestServer(bool isReplicaSet, TestAuthority? authority, bool hasUser, bool isForged)
    {
        List<string> options = [];
        if (isReplicaSet)
        {
            options.Add("--replica-set");
        }

        if (hasUser)
        {
            options.AddRange(["--user", User, "--password", Password]);
        }

        if (isForged)
        {
            options.Add("--forge-signature");
        }

        if (authority is not null)
        {
            authority.Write(_folder);
            options.AddRange(["--certificate", Path.Combine(_folder, "server.pem")]);
            options.AddRange(["--key", Path.Combine(_folder, "server.key")]);
        }

        _options = [.. options];
    }

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>What it has written so far.</summary>
    public string Output => _process?.Output ?? "";

    /// <summary>Starts one with an empty store.</summary>
    /// <param name="isReplicaSet">Whether it says it is a replica set's primary, and has transactions.</param>
    /// <param name="authority">For TLS; null for none.</param>
    /// <param name="hasUser">Whether it lets only <see cref="User"/> in.</param>
    /// <param name="isForged">Whether it only pretends to know the password.</param>
    public static async Task<MongoTestServer> StartAsync(
        bool isReplicaSet = true,
        TestAuthority? authority = null,
        bool hasUser = true,
        bool isForged = false
    )
    {
        var server = new MongoTestServer(isReplicaSet, authority, hasUser, isForged);
        await server.RestartAsync();
        return server;
    }

    /// <summary>A script or program of the folder that the server is in.</summary>
    public static string Script(string name) => Path.Combine(ServerFolder.Repository, "tests/servers/database", name);

    /// <summary>Kills it with SIGKILL.</summary>
    public Task KillAsync() => _process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>Starts it on the same port with the same data.</summary>
    public async Task RestartAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = await ServerProcess.StartAsync(
            Python,
            [
                Script("mongo-test-server.py"),
                "--port",
                Port.ToString(CultureInfo.InvariantCulture),
                "--data",
                Path.Combine(_folder, "data"),
                .. _options,
            ],
            () => ServerProcess.ListensAsync(Port),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PYTHONDONTWRITEBYTECODE"] = "1" }
        );
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        ServerFolder.Delete(_folder);
    }
}
