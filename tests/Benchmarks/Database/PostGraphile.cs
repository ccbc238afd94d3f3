using System.Globalization;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Database;

/// <summary>PostGraphile, which makes a GraphQL service of a PostgreSQL database: a peer for single selects.</summary>
internal sealed class PostGraphile : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private PostGraphile(ServerProcess process, int port)
    {
        _process = process;
        Address = new Uri($"http://127.0.0.1:{port}/graphql");
    }

    public Uri Address { get; }

    public static async Task<PostGraphile> StartAsync(PostgreSqlServer server)
    {
        var port = FreePort.Next();
        var modules = Path.Combine(ServerFolder.Repository, "tests", "servers", "database", "node_modules");
        var account = $"{PostgreSqlServer.Username}:{PostgreSqlServer.Password}";
        var process = await ServerProcess.StartAsync(
            "node",
            [
                Path.Combine(modules, "postgraphile", "cli.js"),
                "--connection",
                $"postgres://{account}@127.0.0.1:{server.Port}/{PostgreSqlServer.Database}",
                "--host",
                "127.0.0.1",
                "--port",
                port.ToString(CultureInfo.InvariantCulture),
                "--max-pool-size",
                "32",
                "--disable-query-log",
            ],
            () => ServerProcess.ListensAsync(port),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["NODE_ENV"] = "production" }
        );
        return new PostGraphile(process, port);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
