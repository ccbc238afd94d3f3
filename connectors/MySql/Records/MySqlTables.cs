using System.Globalization;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.MySql.Records;

/// <summary>Tables as records in the words of MySQL and MariaDB.</summary>
internal sealed class MySqlTables : TableDialect
{
    /// <summary>Those of the integration's database; a name with a dot could not be told from one with a schema.</summary>
    public override string Tables =>
        "select t.table_name from information_schema.tables t where t.table_schema = database()"
        + " and t.table_type in ('BASE TABLE', 'SYSTEM VERSIONED') and t.table_name not like '%.%'"
        + " and exists (select 1 from information_schema.columns c where c.table_schema = t.table_schema"
        + " and c.table_name = t.table_name and c.column_key = 'PRI') order by t.table_name";

    public override DbStatement Columns(string table)
    {
        var (schema, name) = Parts(table);
        return new(
            "select c.column_name, concat(case when c.data_type = 'longtext' and exists"
                // MariaDB keeps JSON as a text with this check. MySQL's view lacks the table's name, so there the outer
                // one is meant, and nothing is excluded.
                + " (select 1 from information_schema.check_constraints k where k.constraint_schema = c.table_schema"
                + " and table_name = c.table_name and k.constraint_name = c.column_name"
                + " and k.check_clause = concat('json_valid(`', c.column_name, '`)'))"
                + " then 'json' else c.column_type end, coalesce(concat(' collate ', c.collation_name), '')),"
                + " case when c.column_key = 'PRI' then 1 else 0 end"
                + " from information_schema.columns c where c.table_schema = coalesce(:schema, database())"
                // Columns that the server computes are nobody's to write.
                + " and c.table_name = :name and coalesce(c.generation_expression, '') = '' order by c.ordinal_position"
        )
        {
            Parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal)
            {
                ["schema"] = schema is null ? DbValue.Null : DbValue.From(schema),
                ["name"] = DbValue.From(name),
            },
        };
    }

    public override string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    public override string Before(string parameter, string type) =>
        ColumnValues.IsMoment(type)
            ? $"cast({parameter} as datetime(6)) - interval {Overlap.TotalSeconds.ToString(CultureInfo.InvariantCulture)} second"
            : parameter;

    /// <summary>Enumerations are ordered by their numbers, but compared with a text as texts.</summary>
    public override string Order(TableColumn column) =>
        ColumnValues.IsEnumeration(column.Type) ? $"concat({Quote(column.Name)})" : Quote(column.Name);

    /// <summary>The server seeks by comparisons of single columns only; row values it would look for from the first row on.</summary>
    public override string Behind(IReadOnlyList<string> columns, IReadOnlyList<string> values)
    {
        var condition = $"{columns[^1]} > {values[^1]}";
        for (var index = columns.Count - 2; index >= 0; index--)
        {
            var (column, value) = (columns[index], values[index]);
            condition = $"({column} > {value} or ({column} = {value} and {condition}))";
        }

        return condition;
    }

    public override string Upsert(string table, IReadOnlyList<TableColumn> columns, IReadOnlyList<string> key)
    {
        var names = string.Join(", ", columns.Select(column => Quote(column.Name)));
        var values = string.Join(", ", columns.Select(ColumnValues.ToStore));
        var others = columns.Where(column => !key.Contains(column.Name, StringComparer.Ordinal)).ToList();
        return $"insert into {QuoteTable(table)} ({names}) select {values} from {Rows(columns)}"
            + $" where {Unless(IsUnique(table, key))} on duplicate key update "
            + string.Join(
                ", ",
                others
                    .Select(column => $"{Quote(column.Name)} = values({Quote(column.Name)})")
                    .Prepend(KeepKey(table, key))
            );
    }

    public override string Delete(string table, IReadOnlyList<TableColumn> key) =>
        $"delete t from {QuoteTable(table)} as t join {Rows(key)} on "
        + string.Join(
            " and ",
            key.Select((column, index) => $"t.{Quote(column.Name)} = {ColumnValues.ToFind(column, index)}")
        );

    public override string TypeFor(FieldKind kind, bool isKey) =>
        kind switch
        {
            FieldKind.Boolean => "boolean",
            FieldKind.Integer => "bigint",
            // Exact, as far as the server goes; double would keep 17 digits.
            FieldKind.Number => "decimal(65,30)",
            // Ids that differ in anything are different; an index needs a length.
            _ when isKey => "varchar(255) character set utf8mb4 collate utf8mb4_bin",
            FieldKind.Json => "json",
            _ => "longtext character set utf8mb4",
        };

    private static (string? Schema, string Name) Parts(string table) =>
        table.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot
            ? (table[..dot], table[(dot + 1)..])
            : (null, table);

    /// <summary>
    /// A row that has another key and shares a unique value is not the record's, and must not be overwritten by it.
    /// </summary>
    private string KeepKey(string table, IReadOnlyList<string> key)
    {
        var isSame = string.Join(
            " and ",
            key.Select(name => $"{QuoteTable(table)}.{Quote(name)} <=> values({Quote(name)})")
        );
        var first = $"{QuoteTable(table)}.{Quote(key[0])}";
        return $"{Quote(key[0])} = if({Unless(isSame)}, {first}, {first})";
    }

    /// <summary>Without an index that makes the key unique every writing would add the rows once more.</summary>
    private static string IsUnique(string table, IReadOnlyList<string> key)
    {
        var (schema, name) = Parts(table);
        return "exists (select 1 from information_schema.statistics"
            + $" where table_schema = {(schema is null ? "database()" : ColumnValues.Literal(schema))}"
            + $" and table_name = {ColumnValues.Literal(name)} and non_unique = 0 group by index_name"
            + $" having min(column_name in ({string.Join(", ", key.Select(ColumnValues.Literal))})) = 1)";
    }

    /// <summary>Always true: unless a condition holds, the number is too large, which fails in every mode of the server.</summary>
    private static string Unless(string condition) => $"exp(if({condition}, 0, 710)) > 0";

    private static string Rows(IReadOnlyList<TableColumn> columns) =>
        "json_table(:page, '$[*]' columns ("
        + string.Join(", ", columns.Select((column, index) => ColumnValues.Paths(column.Name, index)))
        + ")) as r";
}
