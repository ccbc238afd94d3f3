namespace Yyc3.Connectors.TestServers;

/// <summary>
/// The PostgreSQL server of tests that need one. With <c>YYC3_TEST_STORE=postgresql</c> every test keeps its state there,
/// without it in SQLite.
/// </summary>
public sealed class StateServer : IAsyncDisposable
{
    private static readonly LazyServer<PostgreSqlServer> Shared = new(() =>
        PostgreSqlServer.StartAsync(withTls: false)
    );

    private static int _boxes;

    /// <summary>Whether tests that do not care keep their state there.</summary>
    public static bool IsDefault { get; } =
        Environment.GetEnvironmentVariable("YYC3_TEST_STORE") switch
        {
            null or "" or "sqlite" => false,
            "postgresql" => true,
            var other => throw new InvalidOperationException(
                $"YYC3_TEST_STORE must be sqlite or postgresql, not '{other}'."
            ),
        };

    /// <summary>A role with a schema of its own, as a connection string.</summary>
    public static async Task<string> NewSchemaAsync()
    {
        var server = await Shared.GetAsync();
        var name = $"box_{Interlocked.Increment(ref _boxes)}";
        await server.CreateRoleAsync(name);
        return ConnectionString(server, name);
    }

    /// <summary>How a node reaches the store of a role.</summary>
    /// <param name="server">Its server.</param>
    /// <param name="role">The role.</param>
    public static string ConnectionString(PostgreSqlServer server, string role) =>
        $"Host=127.0.0.1;Port={server.Port};Database={PostgreSqlServer.Database};Username={role};"
        + $"Password={PostgreSqlServer.Password};Search Path={role};Maximum Pool Size=20";

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Shared.DisposeAsync();
}
