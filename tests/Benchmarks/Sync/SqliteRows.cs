using Microsoft.Data.Sqlite;

namespace Yyc3.Connectors.Benchmarks.Sync;

/// <summary>The table of rows in files of SQLite, past the runtime.</summary>
internal static class SqliteRows
{
    public const string Make =
        "create table items (id integer primary key, name text not null, changed text not null, body text not null)";

    public static void Create(string file) => Run(file, Make);

    /// <summary>Checks that so many rows have arrived whole.</summary>
    public static void Check(string file, int rows)
    {
        var found = (long)Run(file, "select count(*) from items where length(body) = 992 and name = 'item ' || id")!;
        if (found != rows)
        {
            throw new InvalidOperationException($"{found} rows came whole, not {rows}.");
        }
    }

    public static void Delete(string file)
    {
        foreach (var part in new[] { "", "-wal", "-shm" })
        {
            File.Delete(file + part);
        }
    }

    private static object? Run(string file, string sql)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false };
        using var connection = new SqliteConnection(settings.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are those above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
