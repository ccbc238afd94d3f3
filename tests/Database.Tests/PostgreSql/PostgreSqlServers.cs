using System.Globalization;
using Yyc3.Connectors.Database.Tests.PostgreSql;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(PostgreSqlServers))]

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

/// <summary>The servers that the tests of this provider share; each starts when it is first asked for.</summary>
public sealed class PostgreSqlServers : IAsyncDisposable
{
    private static readonly Lock Gate = new();
    private static Task<PostgreSqlServer>? _shared;
    private static Task<PostgreSqlServer>? _plain;
    private static int _roles;

    /// <summary>A server that offers TLS.</summary>
    public static Task<PostgreSqlServer> SharedAsync()
    {
        lock (Gate)
        {
            return _shared ??= PostgreSqlServer.StartAsync();
        }
    }

    /// <summary>A server that offers none.</summary>
    public static Task<PostgreSqlServer> PlainAsync()
    {
        lock (Gate)
        {
            return _plain ??= PostgreSqlServer.StartAsync(withTls: false);
        }
    }

    /// <summary>A role that no other test uses, with an empty schema.</summary>
    public static async Task<string> NewRoleAsync()
    {
        var role = string.Create(CultureInfo.InvariantCulture, $"role_{Interlocked.Increment(ref _roles)}");
        await (await SharedAsync()).CreateRoleAsync(role);
        return role;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _shared, _plain }.OfType<Task<PostgreSqlServer>>())
        {
            await (await server).DisposeAsync();
        }
    }
}
