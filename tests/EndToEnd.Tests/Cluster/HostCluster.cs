using System.Globalization;
using Yyc3.Connectors.EndToEnd.Tests.Running;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.EndToEnd.Tests.Cluster;

/// <summary>Hosts on one PostgreSQL database, on fixed ports, with leases that are short enough to be waited for.</summary>
internal sealed class HostCluster : IAsyncDisposable
{
    private readonly PostgreSqlServer _server;
    private readonly string _role;
    private readonly List<HostProcess> _nodes = [];

    private HostCluster(PostgreSqlServer server, string role)
    {
        _server = server;
        _role = role;
    }

    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(3);

    public IReadOnlyList<HostProcess> Nodes => _nodes;

    public static async Task<HostCluster> StartAsync(
        PostgreSqlServer server,
        int nodes = 3,
        params (string Name, string Value)[] settings
    )
    {
        var role = $"node_{Guid.NewGuid():N}"[..16];
        await server.CreateRoleAsync(role);
        var cluster = new HostCluster(server, role);
        try
        {
            for (var number = 0; number < nodes; number++)
            {
                cluster.Add(settings);
            }

            // The first makes the key file that all others use.
            await cluster._nodes[0].StartAsync();
            await Task.WhenAll(cluster._nodes.Skip(1).Select(node => node.StartAsync()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the state database, past the hosts. Tables are of the search path.</summary>
    public Task<string> AskAsync(string sql) => _server.RunAsync($"set search_path = {_role}; {sql}");

    /// <summary>How many pieces of work a node holds.</summary>
    public async Task<int> HeldAsync(HostProcess node)
    {
        var directory = (await File.ReadAllTextAsync(Path.Combine(node.DataDirectory, ".runtime", "node.id"))).Trim();
        return int.Parse(
            await AskAsync($"select count(*) from work where state = 1 and owner like '{directory}/%'"),
            CultureInfo.InvariantCulture
        );
    }

    /// <summary>Waits until a node holds work, and returns it.</summary>
    public async Task<HostProcess> HolderAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var node in _nodes)
            {
                if (await HeldAsync(node) > 0)
                {
                    return node;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The first has the key file of all.
        foreach (var node in _nodes.AsEnumerable().Reverse())
        {
            await node.DisposeAsync();
        }
    }

    private void Add((string Name, string Value)[] settings)
    {
        var node = _nodes.Count == 0 ? new HostProcess() : _nodes[0].Beside();
        node.With("YYC3_STORE", StateServer.ConnectionString(_server, _role))
            .With("YYC3_LEASESECONDS", Lease.TotalSeconds.ToString(CultureInfo.InvariantCulture))
            .With("YYC3_HTTPPORT", FreePort.Next().ToString(CultureInfo.InvariantCulture))
            .With("YYC3_GRPCPORT", FreePort.Next().ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in settings)
        {
            node.With(name, value);
        }

        _nodes.Add(node);
    }
}
