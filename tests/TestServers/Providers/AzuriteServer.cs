using System.Globalization;

namespace Yyc3.Connectors.TestServers;

/// <summary>Azurite, Microsoft's emulator of blob storage, plain or with TLS.</summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    /// <summary>The one account that every emulator has.</summary>
    public const string Account = "devstoreaccount1";

    /// <summary>Its key, published by Microsoft.</summary>
    public const string Key =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly string _folder = ServerFolder.New("azurite");
    private readonly TestAuthority? _authority;
    private readonly int _port = FreePort.Next();
    private ServerProcess? _process;

    private AzuriteServer(TestAuthority? authority)
    {
        _authority = authority;
        authority?.Write(_folder);
    }

    /// <summary>Address of the blob service, without the account.</summary>
    public string Endpoint => $"{(_authority is null ? "http" : "https")}://127.0.0.1:{_port}";

    /// <summary>Starts one with a data folder of its own.</summary>
    /// <param name="authority">Serves TLS with its certificate; null for plain HTTP.</param>
    public static async Task<AzuriteServer> StartAsync(TestAuthority? authority = null)
    {
        var server = new AzuriteServer(authority);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it on the same port with the same data.</summary>
    public async Task StartAgainAsync()
    {
        string[] tls = _authority is null
            ? []
            : ["--cert", Path.Combine(_folder, "server.pem"), "--key", Path.Combine(_folder, "server.key")];
        var modules = Path.Combine(ServerFolder.Repository, "tests", "servers", "storage", "node_modules");
        _process = await ServerProcess.StartAsync(
            "node",
            [
                Path.Combine(modules, "azurite", "dist", "src", "blob", "main.js"),
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                _port.ToString(CultureInfo.InvariantCulture),
                "--location",
                Path.Combine(_folder, "data"),
                "--silent",
                "--disableTelemetry",
                "--skipApiVersionCheck",
                .. tls,
            ],
            () => ServerProcess.ListensAsync(_port)
        );
    }

    /// <summary>Lets it write its index, which it keeps in memory, and end.</summary>
    public Task StopAsync() => _process!.StopAsync();

    /// <summary>Keeps a copy of the data of a stopped server: killed, it may leave an index without its containers.</summary>
    public void SaveData() => Copy(Path.Combine(_folder, "data"), Path.Combine(_folder, "saved"));

    /// <summary>Puts the copy back.</summary>
    public void RestoreData()
    {
        Directory.Delete(Path.Combine(_folder, "data"), recursive: true);
        Copy(Path.Combine(_folder, "saved"), Path.Combine(_folder, "data"));
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
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
