using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Yyc3.Connectors.TestServers;

/// <summary>A RabbitMQ broker of Debian on free ports of this machine, with TLS and the management plugin.</summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    /// <summary>Name of an administrator.</summary>
    public const string User = "tester";

    /// <summary>Its password.</summary>
    public const string Password = "tester-secret-1";

    private const string Scripts = "/usr/lib/rabbitmq/bin/";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = ServerFolder.New("rabbit");
    private readonly int _distributionPort = FreePort.Next();
    private readonly int _namePort = FreePort.Next();
    private readonly HttpClient _management;
    private ServerProcess? _names;
    private ServerProcess? _broker;

    private RabbitMqServer()
    {
        _management = new HttpClient(new SocketsHttpHandler())
        {
            BaseAddress = new Uri($"http://127.0.0.1:{ManagementPort}/api/"),
        };
        var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", secret);
    }

    /// <summary>Port of AMQP.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Port of AMQP over TLS.</summary>
    public int TlsPort { get; } = FreePort.Next();

    /// <summary>Port of the management plugin.</summary>
    public int ManagementPort { get; } = FreePort.Next();

    /// <summary>Who has signed its certificate.</summary>
    public TestAuthority Authority { get; } = TestAuthority.Create();

    /// <summary>Starts a new broker.</summary>
    public static async Task<RabbitMqServer> StartAsync()
    {
        var server = new RabbitMqServer();
        try
        {
            server.WriteFiles();
            // In the foreground and before the broker, which would leave one running behind it.
            server._names = await ServerProcess.StartAsync(
                "epmd",
                ["-port", Text(server._namePort), "-address", "127.0.0.1"],
                () => ServerProcess.ListensAsync(server._namePort)
            );
            await server.StartBrokerAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the broker with SIGKILL.</summary>
    public Task KillAsync() => _broker!.KillAsync();

    /// <summary>Starts the killed broker on the same ports with the same data; ends when it serves.</summary>
    public async Task RestartAsync()
    {
        await _broker!.DisposeAsync();
        await StartBrokerAsync();
    }

    /// <summary>Runs <c>rabbitmqctl</c>.</summary>
    public Task<string> ControlAsync(params string[] arguments) =>
        Shell.RunAsync(Scripts + "rabbitmqctl", ["-n", NodeName, .. arguments], Environment);

    /// <summary>Asks the management plugin.</summary>
    /// <returns>What it answers.</returns>
    public async Task<string> ManageAsync(
        HttpMethod method,
        string path,
        string? json,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using var response = await _management.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? answer
            : throw new InvalidOperationException($"{method} {path}: {response.StatusCode} {answer}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _management.Dispose();
        foreach (var process in new[] { _broker, _names })
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        ServerFolder.Delete(_folder);
    }

    private string NodeName => $"rabbit{Port}@localhost";

    private Dictionary<string, string> Environment =>
        new(StringComparer.Ordinal)
        {
            ["HOME"] = _folder,
            ["RABBITMQ_NODENAME"] = NodeName,
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq.conf"),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "enabled_plugins"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(_folder, "pid"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_DIST_PORT"] = Text(_distributionPort),
            ["ERL_EPMD_PORT"] = Text(_namePort),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task StartBrokerAsync() =>
        // The inner script: the one in the path would switch the user.
        _broker = await ServerProcess.StartAsync(
            Scripts + "rabbitmq-server",
            [],
            async () =>
                await ServerProcess.ListensAsync(Port)
                && await ServerProcess.ListensAsync(TlsPort)
                && await ServerProcess.ListensAsync(ManagementPort),
            Environment,
            Patience
        );

    private void WriteFiles()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "mnesia"));
        Directory.CreateDirectory(Path.Combine(_folder, "log"));
        Authority.Write(_folder);
        File.WriteAllText(Path.Combine(_folder, "enabled_plugins"), "[rabbitmq_management].\n");
        File.WriteAllText(
            Path.Combine(_folder, "rabbitmq.conf"),
            $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            listeners.ssl.1 = 127.0.0.1:{TlsPort}
            ssl_options.cacertfile = {_folder}/ca.pem
            ssl_options.certfile = {_folder}/server.pem
            ssl_options.keyfile = {_folder}/server.key
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {ManagementPort}
            default_user = {User}
            default_pass = {Password}
            default_user_tags.administrator = true

            """
        );
    }
}
