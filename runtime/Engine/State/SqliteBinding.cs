using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>Gives a statement its values, in order.</summary>
internal sealed class SqliteBinding(sqlite3_stmt statement)
{
    private const int Short = 512;

    private int _count;

    public void Add(long value) => Check(raw.sqlite3_bind_int64(statement, ++_count, value));

    public void Add(string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(statement, ++_count));
            return;
        }

        if (value.Length == 0)
        {
            // No bytes would be taken for no value.
            Check(raw.sqlite3_bind_text(statement, ++_count, ""));
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = most > Short ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> text = rented ?? stackalloc byte[Short];
        // The engine makes a copy of it.
        Check(raw.sqlite3_bind_text(statement, ++_count, text[..Encoding.UTF8.GetBytes(value, text)]));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, raw.sqlite3_db_handle(statement));
        }
    }
}
