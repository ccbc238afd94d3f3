using System.Text.Json;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>What the server says an INSERT does.</summary>
/// <param name="Schema">Schema of its table.</param>
/// <param name="Table">The table.</param>
/// <param name="Columns">The expression of each column of the table.</param>
internal sealed record InsertPlan(string Schema, string Table, IReadOnlyList<string> Columns)
{
    /// <summary>Each join nests its plan two levels deeper; the server limits how many there are.</summary>
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 10_000 };

    /// <summary>Reads <c>EXPLAIN (VERBOSE, FORMAT JSON)</c>.</summary>
    /// <param name="json">Its answer.</param>
    /// <returns>
    /// The plan; null when the INSERT returns rows already, may update instead, or copies rows, of which there may be many.
    /// </returns>
    public static InsertPlan? Read(string json)
    {
        using var document = JsonDocument.Parse(json, Deep);
        if (
            document.RootElement is not { ValueKind: JsonValueKind.Array } plans
            || plans.GetArrayLength() != 1
            // A rule may put something that has no plan in its place, such as NOTIFY.
            || plans[0].ValueKind != JsonValueKind.Object
            || !plans[0].TryGetProperty("Plan", out var plan)
            || Text(plan, "Node Type") is not "ModifyTable"
            || Text(plan, "Operation") is not "Insert"
            || Text(plan, "Schema") is not { } schema
            || Text(plan, "Relation Name") is not { } table
            || plan.TryGetProperty("Output", out _)
            || plan.TryGetProperty("Conflict Resolution", out _)
            || !plan.TryGetProperty("Plans", out var sources)
        )
        {
            return null;
        }

        foreach (var source in sources.EnumerateArray())
        {
            if (
                Text(source, "Parent Relationship") is "Outer" or "Member"
                && Text(source, "Node Type") is "Result" or "Values Scan"
                && source.TryGetProperty("Output", out var columns)
            )
            {
                return new InsertPlan(schema, table, [.. columns.EnumerateArray().Select(c => c.GetString() ?? "")]);
            }
        }

        return null;
    }

    /// <summary>Whether the server makes the value of a column, not the statement.</summary>
    /// <param name="place">Place of the column in the table, from 0.</param>
    /// <param name="isIdentity">Whether it is an identity column.</param>
    /// <param name="standard">Its default; empty for none.</param>
    public bool Makes(int place, bool isIdentity, string standard) =>
        place < Columns.Count
        && (
            isIdentity
                ? Columns[place].StartsWith("nextval(", StringComparison.Ordinal)
                : standard.Length > 0 && string.Equals(Columns[place], standard, StringComparison.Ordinal)
        );

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
