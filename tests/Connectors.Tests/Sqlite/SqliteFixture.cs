using Yyc3.Connectors.Sqlite;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

/// <summary>A connector on a fresh file, and the engine itself on the same file, as another process would use it.</summary>
internal sealed class SqliteFixture : IAsyncDisposable
{
    private readonly List<SqliteConnector> _connectors = [];

    public SqliteFixture(TimeProvider? time = null) =>
        Harness = new ConnectorHarness { Time = time ?? TimeProvider.System };

    public ConnectorHarness Harness { get; }

    public string File => Path.Combine(Harness.DataDirectory, "data.db");

    public SqliteConnector Open(string path = "data.db")
    {
        var connector = new SqliteConnector(Harness.Context(new { path }));
        _connectors.Add(connector);
        return connector;
    }

    public SqliteSession OpenOutside() => SqliteSession.Open(File, readOnly: false);

    public async ValueTask DisposeAsync()
    {
        foreach (var connector in _connectors)
        {
            await connector.DisposeAsync();
        }

        Harness.Dispose();
    }
}
