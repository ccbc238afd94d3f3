using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.Sqlite;

/// <summary>Tables as records in the words of SQLite.</summary>
internal sealed class SqliteTables(SqliteDatabase rows) : TableDialect
{
    public override string Tables =>
        "select m.name from sqlite_schema m where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\'"
        + " and exists (select 1 from pragma_table_info(m.name) where pk > 0) order by m.name";

    /// <summary>Writers take turns, so nothing becomes visible late.</summary>
    public override TimeSpan Overlap => TimeSpan.Zero;

    public override DbStatement Columns(string table) =>
        new("select name, type, case when pk > 0 then 1 else 0 end from pragma_table_info(:table) order by cid")
        {
            Parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal) { ["table"] = DbValue.From(table) },
        };

    public override string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>There is one schema, so a dot is part of the name.</summary>
    public override string QuoteTable(string table) => Quote(table);

    public override string Upsert(string table, IReadOnlyList<TableColumn> columns, IReadOnlyList<string> key) =>
        Insert(
            table,
            columns,
            key,
            $"select {string.Join(", ", columns.Select(Value))} from json_each(:page) where true"
        );

    /// <summary>One statement that runs once for each row: its values need not be looked up in a JSON document.</summary>
    public override ValueTask UpsertAsync(IDatabase database, TablePage page, CancellationToken cancellationToken)
    {
        var names = Enumerable.Range(0, page.Columns.Count).Select(SqliteDatabase.Parameter);
        var values = $"values ({string.Join(", ", names.Select(name => ":" + name))})";
        var text = Insert(page.Table, page.Columns, page.Key, values);
        return new ValueTask(rows.InsertAsync(text, page, cancellationToken));
    }

    public override string Delete(string table, IReadOnlyList<TableColumn> key)
    {
        var names = string.Join(", ", key.Select(column => Quote(column.Name)));
        return $"delete from {QuoteTable(table)} where ({names}) in"
            + $" (select {string.Join(", ", key.Select(KeyValue))} from json_each(:page))";
    }

    public override string TypeFor(FieldKind kind, bool isKey) =>
        kind switch
        {
            FieldKind.Boolean => "boolean",
            FieldKind.Integer => "integer",
            // Exact, as the number was; real would keep 15 digits.
            FieldKind.Number => "decimal_text",
            FieldKind.Json => "json",
            _ => "text",
        };

    private string Insert(string table, IReadOnlyList<TableColumn> columns, IReadOnlyList<string> key, string values)
    {
        var others = columns.Where(column => !key.Contains(column.Name, StringComparer.Ordinal)).ToList();
        var update =
            others.Count == 0
                ? "do nothing"
                : "do update set "
                    + string.Join(
                        ", ",
                        others.Select(column => $"{Quote(column.Name)} = excluded.{Quote(column.Name)}")
                    );
        return $"insert into {QuoteTable(table)} ({string.Join(", ", columns.Select(column => Quote(column.Name)))})"
            + $" {values} on conflict ({string.Join(", ", key.Select(Quote))}) {update}";
    }

    private static string Path(string name) => $"'$.\"{name.Replace("'", "''", StringComparison.Ordinal)}\"'";

    private static string Value(TableColumn column)
    {
        var path = Path(column.Name);
        return column.Type.Contains("blob", StringComparison.OrdinalIgnoreCase)
            ? $"{SqliteFunctions.Bytes}(value ->> {path})"
            : SqliteValues.Declared(column.Type) switch
            {
                // The JSON of a number is its digits, and that of null is the word.
                DeclaredType.Decimal => $"nullif(value -> {path}, 'null')",
                DeclaredType.Json => $"nullif(value -> {path}, 'null')",
                _ => $"value ->> {path}",
            };
    }

    /// <summary>Keys come as texts; a column of whole numbers compares only with such.</summary>
    private static string KeyValue(TableColumn column) =>
        column.Type.Contains("int", StringComparison.OrdinalIgnoreCase)
            ? $"cast(value ->> {Path(column.Name)} as integer)"
            : Value(column);
}
