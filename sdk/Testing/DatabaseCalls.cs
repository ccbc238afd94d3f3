using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing;

/// <summary>Short forms of what tests ask of a database.</summary>
public static class DatabaseCalls
{
    /// <summary>Makes a statement.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <returns>The statement, without a timeout.</returns>
    public static DbStatement Statement(string text, params (string Name, DbValue Value)[] parameters) =>
        new(text) { Parameters = parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal) };

    /// <summary>Reads all rows of a query.</summary>
    /// <param name="database">The database.</param>
    /// <param name="text">The query.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <returns>The rows.</returns>
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

    /// <summary>Runs a command.</summary>
    /// <param name="database">The database.</param>
    /// <param name="text">The command.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <returns>What it did.</returns>
    public static async Task<ExecuteResult> ExecuteAsync(
        IDatabase database,
        string text,
        params (string Name, DbValue Value)[] parameters
    ) => await database.ExecuteAsync(Statement(text, parameters), default);
}
