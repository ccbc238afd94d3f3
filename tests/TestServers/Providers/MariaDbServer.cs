using System.Globalization;

namespace Yyc3.Connectors.TestServers;

/// <summary>A MariaDB server of this machine with TLS, in a folder of its own.</summary>
public sealed class MariaDbServer : IAsyncDisposable
{
    /// <summary>A user who may do everything.</summary>
    public const string User = "app";

    /// <summary>The user's password.</summary>
    public const string Password = "s3cret-Pä55";

    private readonly string _folder = ServerFolder.New("mariadb");
    private readonly IReadOnlyList<string> _options;
    private ServerProcess? _process;

    private MariaDbServer(IReadOnlyList<string> options)
    {
        _options = options;
        Directory.CreateDirectory(Path.Combine(_folder, "tmp"));
    }

    /// <summary>Port at 127.0.0.1.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Who signs the server's certificate.</summary>
    public TestAuthority Authority { get; } = TestAuthority.Create();

    /// <summary>Where the server writes every statement it runs, if it was started with <c>--general-log</c>.</summary>
    public string GeneralLog => Path.Combine(_folder, "general.log");

    private string Socket => Path.Combine(_folder, "s.sock");

    /// <summary>Makes a data folder and starts a server on it.</summary>
    /// <param name="options">Options beside those every test server has.</param>
    public static async Task<MariaDbServer> StartAsync(params string[] options)
    {
        var server = new MariaDbServer(options);
        try
        {
            server.Authority.Write(server._folder);
            if (Environment.IsPrivilegedProcess)
            {
                await Shell.RunAsync("chown", ["-R", "mysql", server._folder]);
            }

            await Shell.RunAsync(
                "mariadb-install-db",
                [
                    "--no-defaults",
                    .. RunAs,
                    $"--datadir={Path.Combine(server._folder, "data")}",
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                    "--skip-name-resolve",
                ],
                server.Variables
            );
            await server.RestartAsync();
            await server.RunAsync(
                $"CREATE USER '{User}'@'%' IDENTIFIED BY '{Password}'; GRANT ALL ON *.* TO '{User}'@'%' WITH GRANT OPTION"
            );
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server again, on the same port and data.</summary>
    public async Task RestartAsync() =>
        _process = await ServerProcess.StartAsync(
            "mariadbd",
            [
                "--no-defaults",
                .. RunAs,
                $"--datadir={Path.Combine(_folder, "data")}",
                string.Create(CultureInfo.InvariantCulture, $"--port={Port}"),
                "--bind-address=127.0.0.1",
                $"--socket={Socket}",
                $"--pid-file={Path.Combine(_folder, "pid")}",
                "--character-set-server=utf8mb4",
                "--skip-name-resolve",
                "--skip-log-bin",
                // A commit reaches the operating system, so killing the server loses none.
                "--innodb-flush-log-at-trx-commit=2",
                "--max-connections=300",
                "--max-allowed-packet=64M",
                $"--general-log-file={GeneralLog}",
                $"--ssl-ca={Path.Combine(_folder, "ca.pem")}",
                $"--ssl-cert={Path.Combine(_folder, "server.pem")}",
                $"--ssl-key={Path.Combine(_folder, "server.key")}",
                .. _options,
            ],
            IsReadyAsync,
            Variables
        );

    /// <summary>Kills the server with SIGKILL.</summary>
    public Task KillAsync() => _process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>Runs statements as root.</summary>
    /// <param name="sql">One or more statements.</param>
    /// <returns>What they give, tab-separated, without a head.</returns>
    public Task<string> RunAsync(string sql) =>
        Shell.RunAsync(
            "mariadb",
            ["--no-defaults", "-S", Socket, "-uroot", "--default-character-set=utf8mb4", "-N", "-B", "-e", sql]
        );

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "db_" + Guid.NewGuid().ToString("N")[..12];
        await RunAsync($"CREATE DATABASE {name}");
        return name;
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

    // A server that starts removes what others have left in the folder for temporary files, whose or not.
    private Dictionary<string, string> Variables =>
        new(StringComparer.Ordinal) { ["TMPDIR"] = Path.Combine(_folder, "tmp") };

    private static string[] RunAs => Environment.IsPrivilegedProcess ? ["--user=mysql"] : [];

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            await RunAsync("SELECT 1");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
