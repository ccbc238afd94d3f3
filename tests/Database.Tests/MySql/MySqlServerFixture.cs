using Yyc3.Connectors.Database.Tests.MySql;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(MySqlServerFixture))]

namespace Yyc3.Connectors.Database.Tests.MySql;

/// <summary>The server that all tests here share; it starts with the first.</summary>
public sealed class MySqlServerFixture : IAsyncDisposable
{
    private static readonly Lock Gate = new();
    private static Task<MariaDbServer>? _starting;

    /// <summary>The server, started.</summary>
    public static Task<MariaDbServer> ServerAsync
    {
        get
        {
            lock (Gate)
            {
                return _starting ??= MariaDbServer.StartAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_starting is not null)
        {
            await (await _starting).DisposeAsync();
        }
    }
}
