using System.Globalization;

namespace Yyc3.Connectors.TestServers;

/// <summary>A Redis server of this machine, with TLS beside the plain port, that keeps every acknowledged write.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    /// <summary>Number of databases; tests take one each.</summary>
    public const int Databases = 4096;

    private readonly string _folder = ServerFolder.New("redis");
    private readonly IReadOnlyList<string> _options;
    private ServerProcess? _process;

    private RedisServer(string? password, IReadOnlyList<string> options) => (Password, _options) = (password, options);

    /// <summary>Plain port.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Port with TLS.</summary>
    public int TlsPort { get; } = FreePort.Next();

    /// <summary>Password of the default user; null when it needs none.</summary>
    public string? Password { get; }

    /// <summary>Authority of the server's certificate.</summary>
    public TestAuthority Authority { get; } = TestAuthority.Create();

    /// <summary>Starts one.</summary>
    /// <param name="password">Password of the default user; null for none.</param>
    /// <param name="options">More options as on the command line: <c>--rename-command</c>, <c>HELLO</c>, <c>""</c>.</param>
    public static async Task<RedisServer> StartAsync(string? password = null, params string[] options)
    {
        var server = new RedisServer(password, options);
        server.Authority.Write(server._folder);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it again on the same ports with the same data.</summary>
    public async Task StartAgainAsync()
    {
        List<string> arguments =
        [
            "--port",
            Number(Port),
            "--tls-port",
            Number(TlsPort),
            "--tls-cert-file",
            Path.Combine(_folder, "server.pem"),
            "--tls-key-file",
            Path.Combine(_folder, "server.key"),
            "--tls-ca-cert-file",
            Path.Combine(_folder, "ca.pem"),
            "--tls-auth-clients",
            "no",
            "--bind",
            "127.0.0.1",
            "--databases",
            Number(Databases),
            "--dir",
            _folder,
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--daemonize",
            "no",
            .. Password is null ? Array.Empty<string>() : ["--requirepass", Password],
            .. _options,
        ];
        _process = await ServerProcess.StartAsync("redis-server", arguments, IsReadyAsync);
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Runs redis-cli as the default user.</summary>
    /// <param name="arguments">The command.</param>
    /// <returns>What it printed, without the last line break.</returns>
    public async Task<string> CliAsync(params string[] arguments)
    {
        string[] login = Password is null ? [] : ["--no-auth-warning", "-a", Password];
        var output = await Shell.RunAsync("redis-cli", ["-p", Number(Port), .. login, .. arguments]);
        return output.TrimEnd('\n');
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

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return await ServerProcess.ListensAsync(Port) && await CliAsync("PING") == "PONG";
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
