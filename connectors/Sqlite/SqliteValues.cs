using System.Globalization;
using System.Text;
using System.Text.Json;
using SQLitePCL;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sqlite;

/// <summary>Reads columns as values of the SDK. The engine has no type for some of them, so the declared type tells.</summary>
internal static class SqliteValues
{
    private const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const string AnyTimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";
    private const int ShortestTimestamp = 20;

    public static string FormatTimestamp(DateTimeOffset value) =>
        value.ToString(TimestampFormat, CultureInfo.InvariantCulture);

    /// <summary>Tells what a declaration adds; only its first word counts, so <c>DECIMAL(10,2)</c> is a decimal.</summary>
    /// <param name="declaration">The type as written in CREATE TABLE; empty for an expression.</param>
    /// <returns>What it adds.</returns>
    public static DeclaredType Declared(string declaration)
    {
        var end = declaration.AsSpan().IndexOfAny('(', ' ', '_');
        var word = end < 0 ? declaration : declaration[..end];
        return word.ToUpperInvariant() switch
        {
            "BOOL" or "BOOLEAN" => DeclaredType.Boolean,
            "DECIMAL" or "NUMERIC" => DeclaredType.Decimal,
            "DATETIME" or "TIMESTAMP" => DeclaredType.Timestamp,
            "JSON" => DeclaredType.Json,
            _ => DeclaredType.None,
        };
    }

    /// <summary>Reads a column of the current row.</summary>
    /// <param name="row">The statement.</param>
    /// <param name="column">Position, from 0.</param>
    /// <param name="declared">What its declaration adds.</param>
    /// <param name="size">Grows by the bytes of a text or blob.</param>
    /// <returns>The value.</returns>
    public static DbValue Read(sqlite3_stmt row, int column, DeclaredType declared, ref int size)
    {
        switch (raw.sqlite3_column_type(row, column))
        {
            case raw.SQLITE_NULL:
                return DbValue.Null;
            case raw.SQLITE_INTEGER:
                return Integer(raw.sqlite3_column_int64(row, column), declared);
            case raw.SQLITE_FLOAT:
                return DbValue.From(raw.sqlite3_column_double(row, column));
            case raw.SQLITE_BLOB:
                var bytes = raw.sqlite3_column_blob(row, column).ToArray();
                size += bytes.Length;
                return DbValue.From(bytes);
            default:
                // Asking for text first makes it UTF-8 whatever the file holds; the bytes then keep a NUL inside.
                _ = raw.sqlite3_column_text(row, column);
                var utf8 = raw.sqlite3_column_blob(row, column);
                size += utf8.Length;
                return Text(utf8, declared);
        }
    }

    private static DbValue Integer(long value, DeclaredType declared) =>
        declared switch
        {
            DeclaredType.Boolean when value is 0 or 1 => DbValue.From(value == 1),
            // The engine keeps the JSON text '12' as an integer.
            DeclaredType.Json => DbValue.FromJson(value.ToString(CultureInfo.InvariantCulture)),
            _ => DbValue.From(value),
        };

    private static DbValue Text(ReadOnlySpan<byte> utf8, DeclaredType declared)
    {
        var text = Encoding.UTF8.GetString(utf8);
        return declared switch
        {
            DeclaredType.Decimal when IsNumber(text) => DbValue.FromDecimal(text),
            DeclaredType.Timestamp when TryTimestamp(text, out var moment) => DbValue.From(moment),
            DeclaredType.Json when IsJson(utf8) => DbValue.FromJson(text),
            _ => DbValue.From(text),
        };
    }

    private static bool TryTimestamp(string text, out DateTimeOffset moment)
    {
        moment = default;
        return text.Length >= ShortestTimestamp
            && DateTimeOffset.TryParseExact(
                text,
                AnyTimestampFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out moment
            );
    }

    private static bool IsNumber(string text)
    {
        var digits = false;
        var point = false;
        for (var at = text is ['-' or '+', ..] ? 1 : 0; at < text.Length; at++)
        {
            if (char.IsAsciiDigit(text[at]))
            {
                digits = true;
            }
            else if (text[at] == '.' && !point)
            {
                point = true;
            }
            else
            {
                return digits
                    && text[at] is 'e' or 'E'
                    && int.TryParse(
                        text.AsSpan(at + 1),
                        NumberStyles.AllowLeadingSign,
                        CultureInfo.InvariantCulture,
                        out _
                    );
            }
        }

        return digits;
    }

    private static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read())
            {
                // Only its grammar matters.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
