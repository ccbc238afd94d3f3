using System.Globalization;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.MySql.Records;

/// <summary>
/// Expressions for the values of a page's rows. Each field comes as a text and as JSON, and the server makes of the text what
/// it would make of it in an INSERT: JSON_TABLE's own conversions put something else in the place of what does not fit.
/// </summary>
internal static class ColumnValues
{
    public static bool IsMoment(string type) => Name(type) is "datetime" or "timestamp" or "date";

    public static bool IsEnumeration(string type) => Name(type) is "enum" or "set";

    public static string Literal(string text) =>
        $"'{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The columns of JSON_TABLE for a field.</summary>
    public static string Paths(string name, int index)
    {
        var quoted = name.Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        var path = Literal($"$.\"{quoted}\"");
        return string.Create(CultureInfo.InvariantCulture, $"c{index} longtext path {path}, j{index} json path {path}");
    }

    /// <summary>What is stored in a column.</summary>
    public static string ToStore(TableColumn column, int index)
    {
        var text = Text(index);
        return Name(column.Type) switch
        {
            "json" => string.Create(CultureInfo.InvariantCulture, $"nullif(r.j{index}, 'null')"),
            // As a text they would be bytes, and a two-digit year.
            "bit" or "year" => $"cast({Number(text)} as unsigned)",
            var name when IsNumber(name) => Number(text),
            var name when IsBytes(name) => Bytes(text),
            _ when IsMoment(column.Type) => Moment(text),
            _ => text,
        };
    }

    /// <summary>
    /// What a key column is compared with, of the column's own kind, so that its index is used. What cannot be a key there is
    /// null: it would be compared as 0.
    /// </summary>
    public static string ToFind(TableColumn column, int index)
    {
        var text = Text(index);
        return Name(column.Type) switch
        {
            "decimal" => If(Number(text), "^-?[0-9]+([.][0-9]+)?$", $"decimal(65,{Scale(column.Type)})"),
            "float" or "double" => If(Number(text), "^[-+.0-9eE]+$", "double"),
            var name when IsNumber(name) || name is "bit" or "year" => If(
                Number(text),
                "^-?[0-9]{1,65}$",
                "decimal(65,0)"
            ),
            var name when IsBytes(name) => Bytes(text),
            _ when IsMoment(column.Type) => $"cast({Moment(text)} as datetime(6))",
            _ when Collation(column.Type) is { } collation =>
                $"convert({text} using {collation.Split('_')[0]}) collate {collation}",
            _ => text,
        };
    }

    private static bool IsNumber(string name) =>
        name is "tinyint" or "smallint" or "mediumint" or "int" or "bigint" or "decimal" or "float" or "double";

    private static bool IsBytes(string name) =>
        name.EndsWith("blob", StringComparison.Ordinal)
        || name
            is "binary"
                or "varbinary"
                or "geometry"
                or "point"
                or "linestring"
                or "polygon"
                or "multipoint"
                or "multilinestring"
                or "multipolygon"
                or "geometrycollection"
                or "geomcollection";

    /// <summary>An object or list is its JSON; a null of JSON is none.</summary>
    private static string Text(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"coalesce(r.c{index}, nullif(r.j{index}, 'null'))");

    private static string Number(string text) =>
        $"case {text} when 'true' then '1' when 'false' then '0' else {text} end";

    /// <summary>A DATETIME takes no Z, and drops an offset.</summary>
    private static string Moment(string text) =>
        $"case when {text} regexp 'T.*[-+][0-9]{{2}}:[0-9]{{2}}$'"
        + $" then left({text}, char_length({text}) - 6) - interval right({text}, 6) hour_minute"
        + $" else trim(trailing 'Z' from {text}) end";

    /// <summary>What is no base64 must fail, not become null.</summary>
    private static string Bytes(string text) =>
        $"if({text} is null or from_base64({text}) is not null, from_base64({text}), exp(710 + length({text})))";

    private static string If(string value, string pattern, string type) =>
        $"if({value} regexp '{pattern}', cast({value} as {type}), null)";

    private static string Name(string type) => type.Split('(', ' ')[0];

    private static string Scale(string type) =>
        type.IndexOf(',', StringComparison.Ordinal) is >= 0 and var comma
            ? type[(comma + 1)..type.IndexOf(')', StringComparison.Ordinal)]
            : "0";

    private static string? Collation(string type)
    {
        const string Mark = " collate ";
        var at = type.LastIndexOf(Mark, StringComparison.Ordinal);
        return at < 0 ? null : type[(at + Mark.Length)..];
    }
}
