using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>What differs between SQL engines when tables are read and written as records. Thread-safe.</summary>
public abstract class TableDialect
{
    /// <summary>
    /// A query for the tables that have a primary key, without those of the engine itself: one column with the name as
    /// <see cref="RecordTable.Table"/> takes it.
    /// </summary>
    public abstract string Tables { get; }

    /// <summary>
    /// How far before the last change read the next reading begins: a transaction may become visible after a later one. Zero
    /// where that cannot be.
    /// </summary>
    public virtual TimeSpan Overlap => TimeSpan.FromMinutes(1);

    /// <summary>A query for the columns of a table in their order: name, type, 1 for parts of the primary key, else 0.</summary>
    /// <param name="table">The table.</param>
    /// <returns>The query.</returns>
    public abstract DbStatement Columns(string table);

    /// <summary>Writes an identifier so that it means just itself.</summary>
    /// <param name="name">The identifier.</param>
    /// <returns>The text.</returns>
    public abstract string Quote(string name);

    /// <summary>Writes a table's name.</summary>
    /// <param name="table">The table, with its schema before a dot if it has one.</param>
    /// <returns>The text.</returns>
    public virtual string QuoteTable(string table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return string.Join('.', table.Split('.').Select(Quote));
    }

    /// <summary>An expression for a moment some time before that of a parameter.</summary>
    /// <param name="parameter">The parameter, with its colon.</param>
    /// <param name="type">Type of the column it is compared with.</param>
    /// <returns>The expression; the parameter itself where there is no <see cref="Overlap"/>.</returns>
    public virtual string Before(string parameter, string type) => parameter;

    /// <summary>
    /// An expression by which rows are ordered and compared with a value read from the column: both must mean the same order.
    /// </summary>
    /// <param name="column">The column.</param>
    /// <returns>The expression; the column itself where the engine orders it as it compares it.</returns>
    public virtual string Order(TableColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return Quote(column.Name);
    }

    /// <summary>A condition for rows behind a place, which the engine finds by an index on the same columns.</summary>
    /// <param name="columns">Expressions of the columns in the order of reading.</param>
    /// <param name="values">As many parameters, with their colons.</param>
    /// <returns>The condition; row values unless the engine needs it in other words.</returns>
    public virtual string Behind(IReadOnlyList<string> columns, IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(values);
        return columns.Count == 1
            ? $"{columns[0]} > {values[0]}"
            : $"({string.Join(", ", columns)}) > ({string.Join(", ", values)})";
    }

    /// <summary>
    /// The rest of a query, from its FROM, that gives one row for each key of the parameter <c>:keys</c>, in their order: the key
    /// under the alias <c>k</c>, and the row that has exactly this key under <c>t</c>, nulls where there is none.
    /// <c>:keys</c> is a JSON array with an array for each key: its values as the engine writes them as text.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns of the key.</param>
    /// <returns>The text; null when the engine has no log of changes that would tell keys.</returns>
    public virtual string? ByKey(string table, IReadOnlyList<TableColumn> key) => null;

    /// <summary>
    /// A command that writes the rows of the parameter <c>:page</c>, a JSON array of objects, replacing those with the same key.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns that are written; every object has all of them.</param>
    /// <param name="key">Those of them that are the key.</param>
    /// <returns>The command.</returns>
    public abstract string Upsert(string table, IReadOnlyList<TableColumn> columns, IReadOnlyList<string> key);

    /// <summary>
    /// Writes rows, replacing those with the same key: all of them, or none when it fails. Engines that have a faster way than
    /// <see cref="Upsert"/> take it here; it must refuse the same values.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="page">The rows; no key comes twice.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that completes when the rows are durable.</returns>
    public virtual async ValueTask UpsertAsync(IDatabase database, TablePage page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(page);
        var statement = new DbStatement(Upsert(page.Table, page.Columns, page.Key))
        {
            Parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal)
            {
                ["page"] = DbValue.From(page.ToJson()),
            },
        };
        await database.ExecuteAsync(statement, cancellationToken);
    }

    /// <summary>A command that deletes the rows whose keys the parameter <c>:page</c> holds, a JSON array of objects.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns of the key.</param>
    /// <returns>The command.</returns>
    public abstract string Delete(string table, IReadOnlyList<TableColumn> key);

    /// <summary>The type of a column that is made for values of this kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="isKey">It becomes part of the primary key.</param>
    /// <returns>The type.</returns>
    public abstract string TypeFor(FieldKind kind, bool isKey);
}
