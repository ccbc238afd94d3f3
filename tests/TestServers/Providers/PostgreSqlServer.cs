using System.Globalization;
using System.Text;

namespace Yyc3.Connectors.TestServers;

/// <summary>
/// A PostgreSQL server on a free loopback port. Its superuser is <see cref="Username"/>; each role that a test makes for itself
/// has a schema of its own name, which is where its tables go.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    public const string Username = "app";
    public const string Password = "secret-0123456789";
    public const string Database = "postgres";

    /// <summary>The role that is asked for an MD5 answer.</summary>
    public const string Md5User = "md5_user";

    /// <summary>Role whom the server asks for the password itself.</summary>
    public const string ClearTextUser = "clear_text_user";

    private const string Programs = "/usr/lib/postgresql/15/bin/";

    private readonly string _folder;
    private readonly bool _withTls;
    private readonly IReadOnlyList<string> _settings;
    private bool _hasOwnClock;
    private ServerProcess? _process;

    private PostgreSqlServer(bool withTls, IReadOnlyList<string> settings)
    {
        _withTls = withTls;
        _settings = settings;
        _folder = ServerFolder.New("pg");
        Authority = TestAuthority.Create();
    }

    public int Port { get; } = FreePort.Next();

    /// <summary>Who signed the server's certificate, which is for <c>localhost</c> and <c>127.0.0.1</c>.</summary>
    public TestAuthority Authority { get; }

    /// <summary>Process id of the postmaster.</summary>
    public int ProcessId => _process!.Id;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="withTls">Whether it offers TLS.</param>
    /// <param name="settings">Settings of the server, such as <c>work_mem=1MB</c>.</param>
    public static async Task<PostgreSqlServer> StartAsync(bool withTls = true, IReadOnlyList<string>? settings = null)
    {
        var server = new PostgreSqlServer(withTls, settings ?? []);
        try
        {
            await server.CreateAsync();
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a cluster that writes logical changes into its log, and starts it.</summary>
    /// <param name="settings">More settings of the server.</param>
    public static Task<PostgreSqlServer> StartLogicalAsync(params IReadOnlyList<string> settings) =>
        StartAsync(
            withTls: true,
            ["wal_level=logical", "max_replication_slots=100", "max_wal_senders=10", .. settings]
        );

    /// <summary>Makes a cluster with a clock of its own, which <see cref="SetClockAsync"/> sets, and starts it.</summary>
    public static async Task<PostgreSqlServer> StartWithClockAsync()
    {
        var server = new PostgreSqlServer(withTls: false, []) { _hasOwnClock = true };
        try
        {
            await server.CreateAsync();
            await server.SetClockAsync(TimeSpan.Zero);
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets the server's clock while it runs, all its sessions' at once.</summary>
    /// <param name="ahead">How far it is ahead of the machine's.</param>
    public async Task SetClockAsync(TimeSpan ahead)
    {
        var file = Path.Combine(_folder, "clock");
        await File.WriteAllTextAsync(file + ".new", ahead.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture));
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>Starts it on the same port with the same data.</summary>
    public async Task StartAgainAsync()
    {
        // A killed postmaster leaves its lock file behind, and its number may be another process's by now.
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        List<string> arguments =
        [
            "-D",
            Data,
            "-p",
            Port.ToString(CultureInfo.InvariantCulture),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            $"unix_socket_directories={_folder}",
            "-c",
            "max_connections=200",
            // A killed server loses nothing by this, only a machine without power would.
            "-c",
            "fsync=off",
            "-c",
            "full_page_writes=off",
            "-c",
            "logging_collector=on",
            "-c",
            $"log_directory={_folder}",
            "-c",
            "log_filename=server.log",
            "-c",
            "log_file_mode=0644",
            "-c",
            "log_rotation_age=0",
            "-c",
            "log_rotation_size=0",
            "-c",
            "log_line_prefix=@@%d|%u|",
        ];
        arguments.AddRange(_settings.SelectMany(setting => new[] { "-c", setting }));
        if (_withTls)
        {
            arguments.AddRange([
                "-c",
                "ssl=on",
                "-c",
                $"ssl_cert_file={_folder}/server.pem",
                "-c",
                $"ssl_key_file={_folder}/server.key",
            ]);
        }

        var (program, all) = _hasOwnClock
            ? AsServer("env", WithClock(Programs + "postgres", arguments))
            : AsServer(Programs + "postgres", arguments);
        _process = await ServerProcess.StartAsync(program, all, IsReadyAsync);
    }

    /// <summary>Kills all its processes with SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Ends it as <c>pg_ctl stop -m fast</c> does: sessions are told, transactions are rolled back.</summary>
    public Task StopAsync() => _process!.StopAsync("INT");

    /// <summary>Reads everything that the server has logged up to now, each entry behind <c>@@database|role|</c>.</summary>
    public async Task<string> ReadLogAsync()
    {
        // The log is written by a process of its own, in order, a little later.
        var mark = Guid.NewGuid().ToString("N");
        await RunAsync($"do $$ begin raise log '{mark}'; end $$");
        while (true)
        {
            await using var file = new FileStream(
                Path.Combine(_folder, "server.log"),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite
            );
            using var reader = new StreamReader(file, Encoding.UTF8);
            var log = await reader.ReadToEndAsync();
            if (log.Contains(mark, StringComparison.Ordinal))
            {
                return log;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>Makes a role with a schema of its own, which may log in with <see cref="Password"/>.</summary>
    /// <param name="name">Name of both.</param>
    public Task CreateRoleAsync(string name) =>
        RunAsync(
            (name == Md5User ? "set password_encryption = 'md5';" : "")
                + $"create role {name} login password '{Password}'; create schema {name} authorization {name};"
        );

    /// <summary>Runs SQL as the superuser, past the connector.</summary>
    /// <param name="sql">Statements.</param>
    /// <param name="database">The database.</param>
    /// <returns>The rows, columns parted by bars.</returns>
    public async Task<string> RunAsync(string sql, string database = Database) =>
        (
            await Shell.RunAsync(
                Programs + "psql",
                ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql],
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["PGHOST"] = "127.0.0.1",
                    ["PGPORT"] = Port.ToString(CultureInfo.InvariantCulture),
                    ["PGUSER"] = Username,
                    ["PGPASSWORD"] = Password,
                    ["PGSSLMODE"] = "disable",
                    ["PGCONNECT_TIMEOUT"] = "10",
                }
            )
        ).Trim();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // Killed, it would leave its shared memory behind.
            await _process.StopAsync("QUIT");
            await _process.DisposeAsync();
        }

        ServerFolder.Delete(_folder);
    }

    /// <summary>The server refuses to run as root.</summary>
    private static (string Program, IEnumerable<string> Arguments) AsServer(
        string program,
        IEnumerable<string> arguments
    ) =>
        Environment.IsPrivilegedProcess
            ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments])
            : (program, arguments);

    /// <summary>Debian's libfaketime; what measures how long something takes stays as it is.</summary>
    private IEnumerable<string> WithClock(string program, IEnumerable<string> arguments) =>
        [
            "LD_PRELOAD=/usr/$LIB/faketime/libfaketimeMT.so.1",
            $"FAKETIME_TIMESTAMP_FILE={Path.Combine(_folder, "clock")}",
            "FAKETIME_NO_CACHE=1",
            "DONT_FAKE_MONOTONIC=1",
            program,
            .. arguments,
        ];

    private async Task CreateAsync()
    {
        Authority.Write(_folder);
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, Password);
        if (Environment.IsPrivilegedProcess)
        {
            await Shell.RunAsync("chown", ["-R", "postgres", _folder]);
        }

        var (program, arguments) = AsServer(
            Programs + "initdb",
            [
                "-D",
                Data,
                "-U",
                Username,
                $"--pwfile={password}",
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ]
        );
        await Shell.RunAsync(program, arguments);
        await File.WriteAllTextAsync(
            Path.Combine(Data, "pg_hba.conf"),
            $"""
            hostssl all only_tls 127.0.0.1/32 scram-sha-256
            host all only_tls 127.0.0.1/32 reject
            hostnossl all only_plain 127.0.0.1/32 scram-sha-256
            host all only_plain 127.0.0.1/32 reject
            host all {Md5User} 127.0.0.1/32 md5
            host all {ClearTextUser} 127.0.0.1/32 password
            host all all 127.0.0.1/32 scram-sha-256
            local all all trust

            """
        );
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return await RunAsync("select 1") == "1";
        }
        catch (InvalidOperationException)
        {
            // Not listening, or still starting.
            return false;
        }
    }
}
