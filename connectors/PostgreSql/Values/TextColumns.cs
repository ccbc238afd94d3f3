using System.Globalization;
using Npgsql;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.PostgreSql.Values;

/// <summary>Reads any type from the text that the server writes of it; what is none of the SDK's kinds stays that text.</summary>
internal static class TextColumns
{
    // The session's time zone is UTC, unless the statement itself has set another.
    private static readonly string[] Moments = ["yyyy-MM-dd HH:mm:ss.FFFFFFzz", "yyyy-MM-dd HH:mm:ss.FFFFFFzzz"];

    /// <summary>Reads a column of the current row.</summary>
    /// <param name="reader">The reader, of a command that asked for text.</param>
    /// <param name="column">Position, from 0.</param>
    /// <param name="type">Object id of its type.</param>
    /// <returns>The value.</returns>
    public static DbValue Read(NpgsqlDataReader reader, int column, uint type) =>
        reader.IsDBNull(column) ? DbValue.Null : Parse(reader.GetString(column), type);

    private static DbValue Parse(string text, uint type) =>
        type switch
        {
            ColumnType.Boolean => DbValue.From(text is "t"),
            ColumnType.Int2 or ColumnType.Int4 or ColumnType.Int8 or ColumnType.Oid => DbValue.From(
                long.Parse(text, CultureInfo.InvariantCulture)
            ),
            ColumnType.Float4 or ColumnType.Float8 => DbValue.From(double.Parse(text, CultureInfo.InvariantCulture)),
            ColumnType.Numeric when char.IsAsciiDigit(text[^1]) => DbValue.FromDecimal(text),
            ColumnType.Bytes when text.StartsWith(@"\x", StringComparison.Ordinal) => DbValue.From(
                Convert.FromHexString(text.AsSpan(2))
            ),
            ColumnType.Moment
                when DateTimeOffset.TryParseExact(
                    text,
                    Moments,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var moment
                ) => DbValue.From(moment),
            ColumnType.Json or ColumnType.JsonBinary => DbValue.FromJson(text),
            ColumnType.Void => DbValue.Null,
            _ => DbValue.From(text),
        };
}
