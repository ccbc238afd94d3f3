using System.Security.Cryptography;

namespace Yyc3.Connectors.TestServers;

/// <summary>
/// A Ceph object gateway on this machine: one monitor, one store in memory, one gateway, in the foreground of processes of their
/// own. It verifies signatures and speaks http and https.
/// </summary>
public sealed class CephServer : IAsyncDisposable
{
    /// <summary>Name of the one key that its key management service holds.</summary>
    public const string KmsKeyId = "testkey-1";

    /// <summary>Id of the one user's access key.</summary>
    public const string AccessKeyId = "TESTKEY0123456789";

    /// <summary>Its secret.</summary>
    public const string SecretAccessKey = "test-secret-0123456789-abcdefghi";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = ServerFolder.New("ceph");
    private readonly int _monitorPort = FreePort.Next();
    private readonly List<ServerProcess> _cluster = [];
    private ServerProcess? _gateway;

    private CephServer() { }

    /// <summary>Port of the gateway for http.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Port of the gateway for https.</summary>
    public int TlsPort { get; } = FreePort.Next();

    /// <summary>Whose certificate the https port has.</summary>
    public TestAuthority Authority { get; } = TestAuthority.Create();

    private string Configuration => Path.Combine(_folder, "ceph.conf");

    /// <summary>Starts the cluster and the gateway.</summary>
    public static async Task<CephServer> StartAsync()
    {
        var server = new CephServer();
        try
        {
            var cluster = server.Configure();
            await server.StartMonitorAsync(cluster);
            await server.StartStoreAsync();
            await server.StartGatewayAsync();
            await server.RunAsync(
                "radosgw-admin",
                "user",
                "create",
                "--uid=test",
                "--display-name=test",
                $"--access-key={AccessKeyId}",
                $"--secret-key={SecretAccessKey}"
            );
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the gateway on its ports; what was stored before is there.</summary>
    public async Task StartGatewayAsync() =>
        _gateway = await ServerProcess.StartAsync(
            "radosgw",
            ["-f", "-c", Configuration, "-n", "client.rgw.a"],
            async () => await ServerProcess.ListensAsync(Port) && await ServerProcess.ListensAsync(TlsPort),
            patience: Patience
        );

    /// <summary>Kills the gateway with SIGKILL; the store behind it lives on.</summary>
    public async Task KillGatewayAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
            _gateway = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillGatewayAsync();
        foreach (var process in Enumerable.Reverse(_cluster))
        {
            await process.DisposeAsync();
        }

        ServerFolder.Delete(_folder);
    }

    private string Configure()
    {
        var cluster = Guid.NewGuid().ToString();
        Authority.Write(_folder);
        foreach (var name in new[] { "mon", "osd", "rgw", "run", "log" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
        }

        File.WriteAllText(
            Configuration,
            $"""
            [global]
            fsid = {cluster}
            mon host = v1:127.0.0.1:{_monitorPort}
            public addr = 127.0.0.1
            cluster addr = 127.0.0.1
            ms bind msgr2 = false
            auth cluster required = none
            auth service required = none
            auth client required = none
            run dir = {_folder}/run
            log file = {_folder}/log/$name.log
            admin socket = {_folder}/run/$name.asok
            pid file = {_folder}/run/$name.pid
            mon data = {_folder}/mon
            mon data avail crit = 1
            mon data avail warn = 1
            mon allow pool size one = true
            osd data = {_folder}/osd
            osd objectstore = memstore
            memstore device bytes = 8589934592
            osd pool default size = 1
            osd pool default min size = 1
            osd pool default pg num = 4
            osd pool default pgp num = 4
            osd pool default pg autoscale mode = off
            osd crush chooseleaf type = 0
            osd class load list = *
            osd class default list = *
            osd max object name len = 460
            osd max object namespace len = 64
            rgw data = {_folder}/rgw
            rgw frontends = beast endpoint=127.0.0.1:{Port} tcp_nodelay=1 ssl_endpoint=127.0.0.1:{TlsPort} ssl_certificate={_folder}/server.pem ssl_private_key={_folder}/server.key
            rgw thread pool size = 64
            rgw enable ops log = false
            rgw crypt require ssl = false
            rgw crypt s3 kms backend = testing
            rgw crypt s3 kms encryption keys = {KmsKeyId}={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}

            """
        );
        return cluster;
    }

    private async Task StartMonitorAsync(string cluster)
    {
        var keyring = Path.Combine(_folder, "mon.keyring");
        var map = Path.Combine(_folder, "monmap");
        await RunAsync(
            "ceph-authtool",
            "--create-keyring",
            keyring,
            "--gen-key",
            "-n",
            "mon.",
            "--cap",
            "mon",
            "allow *"
        );
        await RunAsync(
            "monmaptool",
            "--create",
            "--addv",
            "a",
            $"[v1:127.0.0.1:{_monitorPort}]",
            "--fsid",
            cluster,
            map
        );
        await RunAsync("ceph-mon", "-i", "a", "--mkfs", "--monmap", map, "--keyring", keyring);
        _cluster.Add(
            await ServerProcess.StartAsync(
                "ceph-mon",
                ["-f", "-c", Configuration, "-i", "a"],
                () => ServerProcess.ListensAsync(_monitorPort),
                patience: Patience
            )
        );
    }

    private async Task StartStoreAsync()
    {
        var id = Guid.NewGuid().ToString();
        var number = (await RepeatAsync(() => RunAsync("timeout", "30", "ceph", "osd", "new", id))).Trim();
        await RunAsync("ceph-osd", "-i", number, "--mkfs", "--osd-uuid", id);
        _cluster.Add(
            await RepeatAsync(() =>
                ServerProcess.StartAsync(
                    "ceph-osd",
                    ["-f", "-c", Configuration, "-i", number],
                    async () => (await RunAsync("ceph", "osd", "stat")).Contains("1 up", StringComparison.Ordinal),
                    patience: Patience
                )
            )
        );
    }

    /// <summary>Without keys inside the cluster a daemon's first word may come before the map, and it ends itself.</summary>
    private static async Task<T> RepeatAsync<T>(Func<Task<T>> start)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await start();
            }
            catch (InvalidOperationException) when (attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            }
        }
    }

    private Task<string> RunAsync(string program, params string[] arguments) =>
        Shell.RunAsync(
            program,
            arguments,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["CEPH_CONF"] = Configuration }
        );
}
