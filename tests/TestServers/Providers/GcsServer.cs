using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Yyc3.Connectors.TestServers;

/// <summary>
/// Cloud Storage in two forms: our double, which knows tokens, preconditions, generations and sessions, and Google's own emulator,
/// which knows none of these.
/// </summary>
public sealed class GcsServer : IAsyncDisposable
{
    /// <summary>A bucket that is there in both.</summary>
    public const string Bucket = "conformance";

    /// <summary>A token the double takes.</summary>
    public const string Token = "static-token";

    private readonly string _folder = ServerFolder.New("gcs");
    private readonly int _port = FreePort.Next();
    private readonly RSA _key = RSA.Create(2048);
    private readonly bool _isDouble;
    private readonly bool _isSecure;
    private ServerProcess? _process;

    private GcsServer(bool isDouble, TestAuthority? authority)
    {
        (_isDouble, _isSecure) = (isDouble, authority is not null);
        authority?.Write(_folder);
    }

    /// <summary>Address of the service.</summary>
    public string Endpoint => $"{(_isSecure ? "https" : "http")}://127.0.0.1:{_port}";

    /// <summary>Key file of the service account that the double knows.</summary>
    public string ServiceAccountJson => KeyFile(_key);

    /// <summary>Starts our double.</summary>
    public static async Task<GcsServer> StartDoubleAsync(TestAuthority? authority = null)
    {
        var server = new GcsServer(isDouble: true, authority);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts Google's emulator.</summary>
    public static async Task<GcsServer> StartEmulatorAsync()
    {
        var server = new GcsServer(isDouble: false, authority: null);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Key file of a service account that nobody knows.</summary>
    public string OtherServiceAccountJson()
    {
        using var key = RSA.Create(2048);
        return KeyFile(key);
    }

    /// <summary>Starts it on the same port with the same data.</summary>
    public async Task StartAgainAsync()
    {
        var scripts = Path.Combine(ServerFolder.Repository, "tests", "servers", "storage");
        var options = new
        {
            port = _port,
            folder = Path.Combine(_folder, "objects"),
            publicKey = _key.ExportSubjectPublicKeyInfoPem(),
            cert = _isSecure ? Path.Combine(_folder, "server.pem") : null,
            key = _isSecure ? Path.Combine(_folder, "server.key") : null,
            buckets = new[] { Bucket },
        };
        string[] arguments = _isDouble
            ? [Path.Combine(scripts, "gcs-double.mjs"), JsonSerializer.Serialize(options)]
            : [Path.Combine(scripts, "gcs-emulator.cjs"), _port.ToString(CultureInfo.InvariantCulture)];
        _process = await ServerProcess.StartAsync("node", arguments, () => ServerProcess.ListensAsync(_port));
    }

    /// <summary>Lets the next requests go wrong, in this order.</summary>
    /// <param name="faults">
    /// Objects with a <c>kind</c>. Of a chunk: none, keep-half, drop, ignore, fail, deny, gone, lose; of asking how far an upload is:
    /// fail-query; of a finished upload: shrink; of an aborted one: hang; of a copy: replace; of a reading: answer, huge, ignore-range.
    /// </param>
    public async Task InjectAsync(params object[] faults)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var answer = await http.PostAsJsonAsync(new Uri(Endpoint + "/_faults"), faults);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Faults that have not happened yet.</summary>
    public async Task<int> CountFaultsAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        return (await http.GetFromJsonAsync<JsonElement[]>(new Uri(Endpoint + "/_faults")))!.Length;
    }

    /// <summary>Upload sessions that are neither finished nor aborted.</summary>
    public async Task<int> CountSessionsAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        return (await http.GetFromJsonAsync<string[]>(new Uri(Endpoint + "/_sessions")))!.Length;
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _key.Dispose();
        ServerFolder.Delete(_folder);
    }

    private string KeyFile(RSA key) =>
        JsonSerializer.Serialize(
            new
            {
                type = "service_account",
                project_id = "demo",
                private_key_id = "1",
                private_key = key.ExportPkcs8PrivateKeyPem(),
                client_email = "tester@demo.iam.gserviceaccount.com",
                client_id = "1",
                token_uri = Endpoint + "/token",
            }
        );
}
