namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>A table as it is now, with what the settings say of it.</summary>
internal sealed class TableShape
{
    private TableShape(RecordTable table, IReadOnlyList<TableColumn> columns, IReadOnlyList<TableColumn> key) =>
        (Table, Columns, Key) = (table, columns, key);

    public RecordTable Table { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    public IReadOnlyList<TableColumn> Key { get; }

    /// <summary>The columns that become fields, by ordinal order of their names.</summary>
    public IReadOnlyList<TableColumn> Fields { get; private init; } = [];

    public TableColumn? ModifiedAt { get; private init; }

    public RecordResource Resource =>
        new(Table.Resource)
        {
            KeyFields = [.. Key.Select(column => column.Name)],
            TellsChanges = ModifiedAt is not null,
            TellsDeletions = ModifiedAt is not null && Table.DeletedAt is not null,
        };

    /// <exception cref="ConnectorException">The settings name what the table does not have.</exception>
    public static TableShape Of(RecordTable table, IReadOnlyList<TableColumn> columns)
    {
        var key =
            table.Key.Count > 0
                ? table.Key.Select((name, index) => Find(table, columns, name, $"key[{index}]")).ToList()
                : columns.Where(column => column.IsKey).ToList();
        if (key.Count == 0)
        {
            throw Setting(table, "key", "is needed, for the table has no primary key");
        }

        if (table.DeletedAt is not null)
        {
            Find(table, columns, table.DeletedAt, "deletedAt");
        }

        var fields =
            table.Columns.Count > 0
                ? table.Columns.Select((name, index) => Find(table, columns, name, $"columns[{index}]")).Union(key)
                : columns;
        return new TableShape(table, columns, key)
        {
            Fields = [.. fields.OrderBy(column => column.Name, StringComparer.Ordinal)],
            ModifiedAt = table.ModifiedAt is null ? null : Find(table, columns, table.ModifiedAt, "modifiedAt"),
        };
    }

    private static TableColumn Find(
        RecordTable table,
        IReadOnlyList<TableColumn> columns,
        string name,
        string member
    ) =>
        columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal))
        ?? throw Setting(table, member, "names a column that the table does not have");

    private static ConnectorException Setting(RecordTable table, string member, string reason) =>
        ConnectorException.Invalid($"config.records.{table.Resource}.{member}", reason);
}
