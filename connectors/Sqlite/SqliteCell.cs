using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SQLitePCL;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.Sqlite;

/// <summary>Binds values of records as columns keep them.</summary>
internal sealed class SqliteCell(TableColumn column)
{
    private readonly bool _isBytes = column.Type.Contains("blob", StringComparison.OrdinalIgnoreCase);
    private readonly DeclaredType _declared = SqliteValues.Declared(column.Type);

    /// <summary>Binds one value.</summary>
    /// <param name="statement">The statement, before its first step.</param>
    /// <param name="index">Number of the parameter, from 1.</param>
    /// <param name="cell">The value.</param>
    /// <exception cref="ConnectorException">It cannot be stored.</exception>
    public void Bind(sqlite3_stmt statement, int index, TableCells cell)
    {
        var code = cell.Kind switch
        {
            JsonTokenType.Null => raw.sqlite3_bind_null(statement, index),
            _ when _declared == DeclaredType.Json => BindText(statement, index, cell.Json.Span),
            JsonTokenType.String when _isBytes => BindBytes(statement, index, cell.Text()!),
            JsonTokenType.String when !cell.IsEscaped => BindText(statement, index, cell.Json.Span[1..^1]),
            JsonTokenType.String => BindText(statement, index, Encoding.UTF8.GetBytes(cell.Text()!)),
            JsonTokenType.True => raw.sqlite3_bind_int64(statement, index, 1),
            JsonTokenType.False => raw.sqlite3_bind_int64(statement, index, 0),
            JsonTokenType.Number when _declared != DeclaredType.Decimal => BindNumber(statement, index, cell.Json.Span),
            // An object or array is its text, and so is a number that keeps all its digits.
            _ => BindText(statement, index, cell.Json.Span),
        };
        if (code != raw.SQLITE_OK)
        {
            throw ConnectorException.Invalid(column.Name, "is longer than the limit");
        }
    }

    private static int BindNumber(sqlite3_stmt statement, int index, ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long whole, out var length) && length == digits.Length
            ? raw.sqlite3_bind_int64(statement, index, whole)
            : raw.sqlite3_bind_double(
                statement,
                index,
                double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture)
            );

    // The engine takes a null pointer, which is what an empty span has, for NULL.
    private static int BindText(sqlite3_stmt statement, int index, ReadOnlySpan<byte> utf8) =>
        utf8.Length == 0 ? raw.sqlite3_bind_text(statement, index, "") : raw.sqlite3_bind_text(statement, index, utf8);

    /// <summary>What is no base64 stays text.</summary>
    private static int BindBytes(sqlite3_stmt statement, int index, string text)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return !Convert.TryFromBase64String(text, bytes, out var length) ? raw.sqlite3_bind_text(statement, index, text)
            : length == 0 ? raw.sqlite3_bind_zeroblob(statement, index, 0)
            : raw.sqlite3_bind_blob(statement, index, bytes.AsSpan(0, length));
    }
}
