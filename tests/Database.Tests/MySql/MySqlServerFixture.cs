using Yyc3.Connectors.Database.Tests.MySql;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(MySqlServerFixture))]

namespace Yyc3.Connectors.Database.Tests.MySql;

/// <summary>The server that all tests here share; it starts with the first.</summary>
public sealed class MySqlServerFixture : IAsyncDisposable
{
    private static readonly Lazy<Task<MariaDbServer>> Starting = new(() => MariaDbServer.StartAsync());

    /// <summary>The server, started.</summary>
    public static Task<MariaDbServer> ServerAsync => Starting.Value;

    public async ValueTask DisposeAsync()
    {
        if (Starting.IsValueCreated)
        {
            await (await Starting.Value).DisposeAsync();
        }
    }
}
