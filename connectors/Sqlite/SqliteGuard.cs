using SQLitePCL;

namespace Yyc3.Connectors.Sqlite;

/// <summary>
/// What a caller's statement may do, decided action by action while the engine compiles it. ATTACH would reach other files;
/// a changed PRAGMA, a temporary object or an open transaction would stay on the connection for the next caller.
/// </summary>
internal static class SqliteGuard
{
    private static readonly HashSet<string> HarmlessPragmas = new(StringComparer.OrdinalIgnoreCase)
    {
        "data_version",
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "table_info",
        "table_list",
        "table_xinfo",
    };

    private static readonly HashSet<string> Modules = new(StringComparer.OrdinalIgnoreCase)
    {
        "fts4",
        "fts5",
        "geopoly",
        "rtree",
        "rtree_i32",
    };

    /// <summary>Decides one action.</summary>
    /// <param name="readOnly">Whether the statement may only read.</param>
    /// <param name="action">The engine's action code.</param>
    /// <param name="first">First argument of the action.</param>
    /// <param name="second">Second argument of the action.</param>
    /// <returns>True to allow it.</returns>
    public static bool Allows(bool readOnly, int action, utf8z first, utf8z second) =>
        action switch
        {
            raw.SQLITE_SELECT or raw.SQLITE_READ or raw.SQLITE_FUNCTION or raw.SQLITE_RECURSIVE => true,
            raw.SQLITE_PRAGMA => HarmlessPragmas.Contains(first.utf8_to_string() ?? ""),
            _ when readOnly => false,
            raw.SQLITE_CREATE_VTABLE => Modules.Contains(second.utf8_to_string() ?? ""),
            raw.SQLITE_ATTACH or raw.SQLITE_DETACH => false,
            raw.SQLITE_TRANSACTION or raw.SQLITE_SAVEPOINT => false,
            raw.SQLITE_CREATE_TEMP_INDEX
            or raw.SQLITE_CREATE_TEMP_TABLE
            or raw.SQLITE_CREATE_TEMP_TRIGGER
            or raw.SQLITE_CREATE_TEMP_VIEW => false,
            _ => true,
        };
}
