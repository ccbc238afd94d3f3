using System.Globalization;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Testing;

/// <summary>Copies tables through records, as a sync between two of a kind does.</summary>
public static class TableCopy
{
    /// <summary>Copies a table <c>origin</c> of one column into a table <c>copied</c> of the same, and compares them.</summary>
    /// <typeparam name="T">The connector; every table with a key is a resource of it.</typeparam>
    /// <param name="connector">The connector. The two tables are made, and must not be there.</param>
    /// <param name="type">Type of the column <c>v</c>.</param>
    /// <param name="values">Expressions of the engine, one for each row; a row without a value is added.</param>
    /// <param name="differs">Condition that <c>origin.v</c> and <c>copied.v</c> are not the same.</param>
    /// <returns>What did not arrive as it was: the expression, and why.</returns>
    public static async Task<IReadOnlyList<string>> ChangesAsync<T>(
        T connector,
        string type,
        IReadOnlyList<string> values,
        string differs
    )
        where T : IDatabase, IRecordSource, IRecordSink
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] all = [.. values, "null"];
        foreach (var table in new[] { "origin", "copied" })
        {
            await DatabaseCalls.ExecuteAsync(connector, $"create table {table} (id integer primary key, v {type})");
        }

        for (var id = 0; id < all.Length; id++)
        {
            await DatabaseCalls.ExecuteAsync(
                connector,
                string.Create(CultureInfo.InvariantCulture, $"insert into origin (id, v) values ({id}, {all[id]})")
            );
        }

        var page = await connector.ReadAsync(new RecordQuery("origin") { Limit = all.Length + 1 }, default);
        var results = await connector.WriteAsync(new RecordBatch("copied", page.Records), default);
        var changes = new List<string>();
        for (var index = 0; index < page.Records.Count; index++)
        {
            if (results[index].Error is { } error)
            {
                var id = int.Parse(page.Records[index].Id, CultureInfo.InvariantCulture);
                changes.Add($"{all[id]} fails: {error.Message}");
            }
        }

        var rows = await DatabaseCalls.QueryAsync(
            connector,
            $"select origin.id from origin join copied on origin.id = copied.id where {differs}"
        );
        changes.AddRange(rows.Select(row => $"{all[(int)row[0].AsInt64()]} is another value then"));
        return page.Records.Count == all.Length
            ? changes
            :
            [
                .. changes,
                string.Create(CultureInfo.InvariantCulture, $"{page.Records.Count} of {all.Length} were read"),
            ];
    }
}
