using System.Globalization;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.PostgreSql.Statements;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.PostgreSql.Records;

/// <summary>The values of rows as a list of texts for each column, such as the server reads its types from.</summary>
internal static class TextLists
{
    /// <summary>Name of a column's list.</summary>
    /// <param name="place">Place of the column.</param>
    public static string Name(int place) => string.Create(CultureInfo.InvariantCulture, $"c{place}");

    /// <summary>Makes the lists of a page.</summary>
    /// <param name="page">The rows.</param>
    /// <returns>The lists by name, in the order of the columns.</returns>
    /// <exception cref="ConnectorException">A text cannot be stored.</exception>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>?[]> Of(TablePage page)
    {
        var lists = page.Columns.Select(_ => new ReadOnlyMemory<byte>?[page.Count]).ToArray();
        var isJson = page.Columns.Select(column => column.Type is "json" or "jsonb").ToArray();
        for (var row = 0; row < page.Count; row++)
        {
            var cells = page.Cells(row);
            while (cells.Read())
            {
                lists[cells.Column][row] = isJson[cells.Column] ? Json(cells) : Text(cells);
            }
        }

        var named = new Dictionary<string, ReadOnlyMemory<byte>?[]>(lists.Length, StringComparer.Ordinal);
        for (var place = 0; place < lists.Length; place++)
        {
            named.Add(Name(place), lists[place]);
        }

        return named;
    }

    // A plain null would be taken for an array and become an empty text.
    private static ReadOnlyMemory<byte>? Json(TableCells cells) =>
        cells.Kind == JsonTokenType.Null ? default(ReadOnlyMemory<byte>?) : cells.Json;

    private static ReadOnlyMemory<byte>? Text(TableCells cells)
    {
        if (cells.Kind != JsonTokenType.String)
        {
            return Json(cells);
        }

        // Between the quotes, where nothing is escaped, stands the text itself.
        if (!cells.IsEscaped)
        {
            return cells.Json[1..^1];
        }

        var text = cells.Text()!;
        return CheckedStatement.IsStorable(text)
            ? Encoding.UTF8.GetBytes(text)
            : throw ConnectorException.Invalid("data", "holds NUL, which PostgreSQL cannot store");
    }
}
