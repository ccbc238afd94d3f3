using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Yyc3.Connectors.TestServers;

/// <summary>An emulator of Amazon SQS that checks signatures, with and without TLS; see <c>tests/servers/messaging/sqs.mjs</c>.</summary>
public sealed class SqsServer : IAsyncDisposable
{
    private readonly string _folder = ServerFolder.New("sqs");
    private readonly int _port = FreePort.Next();
    private readonly int _tlsPort = FreePort.Next();
    private readonly HttpClient _control = new(new SocketsHttpHandler { UseProxy = false });
    private ServerProcess? _process;

    private SqsServer() => Authority.Write(_folder);

    /// <summary>Region that requests are signed for.</summary>
    public const string Region = "us-east-1";

    /// <summary>A lasting access key.</summary>
    public const string AccessKeyId = "test-key";

    /// <summary>Its secret.</summary>
    public const string SecretAccessKey = "test-secret";

    /// <summary>A temporary access key.</summary>
    public const string TemporaryKeyId = "temporary-key";

    /// <summary>Its secret.</summary>
    public const string TemporarySecret = "temporary-secret";

    /// <summary>The token it is used with.</summary>
    public const string TemporaryToken = "temporary-token";

    /// <summary>Who signed its certificate.</summary>
    public TestAuthority Authority { get; } = TestAuthority.Create();

    /// <summary>Address without TLS.</summary>
    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");

    /// <summary>Address with TLS.</summary>
    public string TlsEndpoint => string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{_tlsPort}");

    /// <summary>Starts one.</summary>
    public static async Task<SqsServer> StartAsync()
    {
        var server = new SqsServer();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Starts it on the same ports with what it had confirmed.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = await ServerProcess.StartAsync(
            "node",
            [
                Path.Combine(ServerFolder.Repository, "tests", "servers", "messaging", "sqs.mjs"),
                _port.ToString(CultureInfo.InvariantCulture),
                Path.Combine(_folder, "journal"),
                _tlsPort.ToString(CultureInfo.InvariantCulture),
                Path.Combine(_folder, "server.pem"),
                Path.Combine(_folder, "server.key"),
            ],
            async () => await ServerProcess.ListensAsync(_port) && await ServerProcess.ListensAsync(_tlsPort)
        );
    }

    /// <summary>Lets one call <c>fail</c>, deletes a queue (<c>forget</c>), or asks for the calls about a queue (<c>seen</c>) or
    /// for the queue (<c>inspect</c>).</summary>
    /// <returns>What was asked for.</returns>
    public async Task<JsonElement> ControlAsync(object what)
    {
        using var answer = await _control.PostAsJsonAsync(Endpoint + "/control", what);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        ServerFolder.Delete(_folder);
    }
}
