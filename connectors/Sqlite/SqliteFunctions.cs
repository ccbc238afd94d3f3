using SQLitePCL;

namespace Yyc3.Connectors.Sqlite;

/// <summary>Functions that SQLite lacks.</summary>
internal static class SqliteFunctions
{
    /// <summary>Name of the function that turns base64 text into bytes; what is no base64 stays as it is.</summary>
    public const string Bytes = "yyc3_bytes";

    public static void AddTo(sqlite3 db) =>
        _ = raw.sqlite3_create_function(
            db,
            Bytes,
            1,
            raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC,
            null,
            static (context, _, arguments) => Decode(context, arguments[0])
        );

    private static void Decode(sqlite3_context context, sqlite3_value value)
    {
        switch (raw.sqlite3_value_type(value))
        {
            case raw.SQLITE_NULL:
                raw.sqlite3_result_null(context);
                return;
            case raw.SQLITE_TEXT:
                Decode(context, raw.sqlite3_value_text(value).utf8_to_string());
                return;
            default:
                raw.sqlite3_result_blob(context, raw.sqlite3_value_blob(value));
                return;
        }
    }

    private static void Decode(sqlite3_context context, string text)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        if (Convert.TryFromBase64String(text, bytes, out var length))
        {
            raw.sqlite3_result_blob(context, bytes.AsSpan(0, length));
        }
        else
        {
            raw.sqlite3_result_text(context, text);
        }
    }
}
