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
    private static Task<PostgreSqlServer>? _logical;
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

    /// <summary>A server that writes logical changes into its log.</summary>
    public static Task<PostgreSqlServer> LogicalAsync()
    {
        lock (Gate)
        {
            return _logical ??= PostgreSqlServer.StartLogicalAsync();
        }
    }

    /// <summary>A role that no other test uses, with an empty schema.</summary>
    public static async Task<string> NewRoleAsync() => await NewRoleAsync(await SharedAsync());

    /// <summary>A role that no other test uses, with an empty schema.</summary>
    /// <param name="server">Where.</param>
    public static async Task<string> NewRoleAsync(PostgreSqlServer server)
    {
        var role = string.Create(CultureInfo.InvariantCulture, $"role_{Interlocked.Increment(ref _roles)}");
        await server.CreateRoleAsync(role);
        return role;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _shared, _plain, _logical }.OfType<Task<PostgreSqlServer>>())
        {
            await (await server).DisposeAsync();
        }
    }
}
