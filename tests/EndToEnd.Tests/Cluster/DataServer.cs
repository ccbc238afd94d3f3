using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.EndToEnd.Tests.Cluster;

/// <summary>The PostgreSQL server of a class, started by its first test.</summary>
public sealed class DataServer : IAsyncDisposable
{
    private readonly LazyServer<PostgreSqlServer> _server = new(() => PostgreSqlServer.StartAsync(withTls: false));

    public Task<PostgreSqlServer> GetAsync() => _server.GetAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
