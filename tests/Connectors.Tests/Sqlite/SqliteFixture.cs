using Yyc3.Connectors.Sdk.Database;
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

    public static DbStatement Statement(string text, params (string Name, DbValue Value)[] parameters) =>
        new(text) { Parameters = parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal) };

    public static async Task<IReadOnlyList<DbValue[]>> QueryAsync(
        IDatabase database,
        string text,
        params (string Name, DbValue Value)[] parameters
    )
    {
        await using var reader = await database.QueryAsync(Statement(text, parameters), default);
        var rows = new List<DbValue[]>();
        while (await reader.ReadAsync(default))
        {
            rows.Add([.. Enumerable.Range(0, reader.Columns.Count).Select(reader.GetValue)]);
        }

        return rows;
    }

    public static async Task<ExecuteResult> ExecuteAsync(
        IDatabase database,
        string text,
        params (string Name, DbValue Value)[] parameters
    ) => await database.ExecuteAsync(Statement(text, parameters), default);

    public async ValueTask DisposeAsync()
    {
        foreach (var connector in _connectors)
        {
            await connector.DisposeAsync();
        }

        Harness.Dispose();
    }
}
