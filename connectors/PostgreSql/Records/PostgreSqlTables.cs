using System.Globalization;
using Yyc3.Connectors.PostgreSql.Statements;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.PostgreSql.Records;

/// <summary>Tables as records in the words of PostgreSQL.</summary>
internal sealed class PostgreSqlTables(CommandRunner commands, NewRowCopier copier) : TableDialect
{
    private const string Bytes = "bytea";

    /// <summary>For fewer the two more ways to the server and back cost more than is gained.</summary>
    private const int FewestCopied = 100;

    /// <summary>
    /// Types, without their modifiers, whose values can be given as texts and are read as the type itself would read them. Of
    /// others a cast may shorten what does not fit.
    /// </summary>
    private static readonly HashSet<string> CastTypes = new(StringComparer.Ordinal)
    {
        "boolean",
        "smallint",
        "integer",
        "bigint",
        "real",
        "double precision",
        "numeric",
        "date",
        "timestamp without time zone",
        "timestamp with time zone",
        "time without time zone",
        "uuid",
        "json",
        "jsonb",
        "text",
        "character varying",
        Bytes,
    };

    public override string Tables =>
        "select case when pg_table_is_visible(c.oid) then c.relname else n.nspname || '.' || c.relname end"
        + " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        + " where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')"
        + " and exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)"
        + " and has_table_privilege(c.oid, 'select') order by 1";

    public override DbStatement Columns(string table) =>
        new(
            "select a.attname::text, format_type(a.atttypid, a.atttypmod),"
                + " case when exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary"
                + " and a.attnum = any(i.indkey)) then 1::bigint else 0::bigint end"
                + " from pg_attribute a where a.attrelid = to_regclass(:table) and a.attnum > 0"
                // Columns that the server computes are nobody's to write.
                + " and not a.attisdropped and a.attgenerated = '' order by a.attnum"
        )
        {
            Parameters = new Dictionary<string, DbValue>(StringComparer.Ordinal)
            {
                ["table"] = DbValue.From(QuoteTable(table)),
            },
        };

    public override string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public override string Before(string parameter, string type) =>
        IsMoment(type)
            ? $"cast({parameter} as {type}) - interval '{Overlap.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds'"
            : parameter;

    public override string ByKey(string table, IReadOnlyList<TableColumn> key)
    {
        var typed = key.Select((column, index) => $"cast({Given(index)} as {column.Type}) as {Quote(column.Name)}");
        // Equal values can be written differently, such as 1.0 and 1.00, and are different ids then. format writes a value as
        // the server's log does; a cast to text does not always.
        var matches = key.Select(
            (column, index) =>
                $"t.{Quote(column.Name)} = k.{Quote(column.Name)} and format('%s', t.{Quote(column.Name)}) = {Given(index)}"
        );
        return "from json_array_elements(cast(:keys as json)) with ordinality as g(v, n)"
            + $" cross join lateral (select {string.Join(", ", typed)}) as k"
            + $" left join {QuoteTable(table)} as t on {string.Join(" and ", matches)} order by g.n";
    }

    public override string Upsert(string table, IReadOnlyList<TableColumn> columns, IReadOnlyList<string> key) =>
        Insert(table, columns, key, columns.Select(Value), Rows(columns));

    /// <summary>
    /// To read a list of texts for each column costs the server a tenth of what a JSON document of the rows does.
    /// </summary>
    public override async ValueTask UpsertAsync(IDatabase database, TablePage page, CancellationToken cancellationToken)
    {
        if (!page.Columns.All(column => CastTypes.Contains(Plain(column.Type))))
        {
            await base.UpsertAsync(database, page, cancellationToken);
            return;
        }

        var lists = TextLists.Of(page);
        if (page.Count >= FewestCopied && await CopyAsync(page, lists, cancellationToken))
        {
            return;
        }

        var text = Insert(
            page.Table,
            page.Columns,
            page.Key,
            page.Columns.Select((column, place) => Cast(column, "r." + TextLists.Name(place))),
            $"unnest({string.Join(", ", lists.Keys.Select(name => ":" + name))}) as r({string.Join(", ", lists.Keys)})"
        );
        await commands.RunAsync([CheckedStatement.OfLists(text, "command", lists)], cancellationToken);
    }

    public override string Delete(string table, IReadOnlyList<TableColumn> key) =>
        $"delete from {QuoteTable(table)} as t using {Rows(key)} where "
        + string.Join(" and ", key.Select(column => $"t.{Quote(column.Name)} = {Value(column)}"));

    public override string TypeFor(FieldKind kind, bool isKey) =>
        kind switch
        {
            FieldKind.Boolean => "boolean",
            FieldKind.Integer => "bigint",
            FieldKind.Number => "numeric",
            FieldKind.Json => "jsonb",
            _ => "text",
        };

    /// <summary>Copies the rows if all of them are new.</summary>
    private async ValueTask<bool> CopyAsync(
        TablePage page,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>?[]> lists,
        CancellationToken cancellationToken
    )
    {
        var types = page.Columns.Select(column => Plain(column.Type)).ToList();
        if (!NewRows.Takes(types))
        {
            return false;
        }

        var texts = page.Columns.Select((_, place) => lists[TextLists.Name(place)]).ToList();
        var key = page
            .Columns.Select((column, place) => (Column: column, Texts: texts[place]))
            .Where(pair => page.Key.Contains(pair.Column.Name, StringComparer.Ordinal))
            .ToList();
        // Counted, not looked for: a plan for the first one found would go through a large table.
        var there =
            $"select count(*) from {QuoteTable(page.Table)} where {IsAmong([.. key.Select(pair => pair.Column)])}";
        return await copier.TryAsync(
            QuoteTable(page.Table),
            page.Columns.Select(column => Quote(column.Name)),
            there,
            [.. key.Select(pair => pair.Texts)],
            () => NewRows.Of(types, texts),
            cancellationToken
        );
    }

    /// <summary>A key is among the texts of its columns; a list of values is looked for faster than rows.</summary>
    private string IsAmong(IReadOnlyList<TableColumn> key)
    {
        if (key is [var single] && single.Type != Bytes)
        {
            return $"{Quote(single.Name)} = any(cast($1 as {single.Type}[]))";
        }

        var names = key.Select((_, place) => TextLists.Name(place)).ToList();
        return $"({string.Join(", ", key.Select(column => Quote(column.Name)))}) in (select "
            + string.Join(", ", key.Select((column, place) => Cast(column, names[place])))
            + $" from unnest({string.Join(", ", key.Select((_, place) => Number(place)))}) as r({string.Join(", ", names)}))";
    }

    private static string Number(int place) => string.Create(CultureInfo.InvariantCulture, $"${place + 1}");

    private string Insert(
        string table,
        IReadOnlyList<TableColumn> columns,
        IReadOnlyList<string> key,
        IEnumerable<string> values,
        string rows
    )
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
            + $" overriding system value select {string.Join(", ", values)} from {rows}"
            + $" on conflict ({string.Join(", ", key.Select(Quote))}) {update}";
    }

    /// <summary>A type without its modifiers: <c>numeric(10,2)</c> is <c>numeric</c>.</summary>
    private static string Plain(string type)
    {
        var (begin, end) = (type.IndexOf('(', StringComparison.Ordinal), type.IndexOf(')', StringComparison.Ordinal));
        return begin < 0 || end < begin ? type : type[..begin] + type[(end + 1)..];
    }

    private static string Cast(TableColumn column, string text) =>
        Plain(column.Type) switch
        {
            // An insert refuses what is too long; a cast would cut it.
            "text" or "character varying" => text,
            Bytes => $"decode({text}, 'base64')",
            _ => $"cast({text} as {column.Type})",
        };

    private static string Given(int index) => string.Create(CultureInfo.InvariantCulture, $"(g.v ->> {index})");

    private static bool IsMoment(string type) =>
        type.StartsWith("timestamp", StringComparison.Ordinal) || type == "date";

    /// <summary>The server reads each value by the column's own type, as it would read the text.</summary>
    private string Rows(IReadOnlyList<TableColumn> columns) =>
        "json_to_recordset(cast(:page as json)) as r("
        + string.Join(
            ", ",
            columns.Select(column => $"{Quote(column.Name)} {(column.Type == Bytes ? "text" : column.Type)}")
        )
        + ")";

    private string Value(TableColumn column) =>
        column.Type == Bytes ? $"decode(r.{Quote(column.Name)}, 'base64')" : $"r.{Quote(column.Name)}";
}
