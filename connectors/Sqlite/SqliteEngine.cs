using System.Runtime.InteropServices;
using SQLitePCL;

namespace Yyc3.Connectors.Sqlite;

/// <summary>Functions of the engine that SQLitePCLRaw does not offer.</summary>
internal static partial class SqliteEngine
{
    private const string Library = "e_sqlite3";

    /// <summary>Where in the text the last error of this connection lies.</summary>
    /// <param name="db">The connection.</param>
    /// <returns>Bytes from the start; -1 when unknown.</returns>
    [LibraryImport(Library, EntryPoint = "sqlite3_error_offset")]
    public static partial int ErrorOffset(sqlite3 db);

    /// <summary>Rows changed by the last INSERT, UPDATE or DELETE, without those of triggers.</summary>
    /// <param name="db">The connection.</param>
    /// <returns>The number.</returns>
    [LibraryImport(Library, EntryPoint = "sqlite3_changes64")]
    public static partial long Changes(sqlite3 db);

    /// <summary>Sets what the engine tells as the key of the last row inserted.</summary>
    /// <param name="db">The connection.</param>
    /// <param name="rowId">The key.</param>
    [LibraryImport(Library, EntryPoint = "sqlite3_set_last_insert_rowid")]
    public static partial void SetLastInsertRowId(sqlite3 db, long rowId);
}
