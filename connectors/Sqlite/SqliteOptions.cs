using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Sqlite;

/// <summary>The integration's settings, checked.</summary>
/// <param name="Path">Absolute path of the database file, links followed.</param>
internal sealed record SqliteOptions(string Path)
{
    private static readonly string[] Sidecars = ["-wal", "-shm", "-journal"];

    /// <summary>Queries of one integration that run at the same time; each has a connection and, while it works, a thread.</summary>
    public int Readers { get; init; } = 8;

    /// <summary>How long a change waits for another process that is writing to the same file.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public static SqliteOptions From(ConnectorContext context)
    {
        const string Field = "config.path";
        var path = context.Paths.Resolve(Field, context.Settings.GetRequired("path"), allowLocalRoots: false);
        if (Directory.Exists(path))
        {
            throw ConnectorException.Invalid(Field, "is a folder, not a file");
        }

        if (IsQueue(context.Paths.DataDirectory, path))
        {
            throw ConnectorException.Invalid(Field, "is reserved for queues");
        }

        return Sidecars.Any(suffix => path.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            ? throw ConnectorException.Invalid(Field, "has the name of a file that belongs to another database")
            : new SqliteOptions(path);
    }

    // The queues' files are open in a second copy of the engine, and two copies do not see each other's locks.
    private static bool IsQueue(string dataDirectory, string path) =>
        path.Split(System.IO.Path.DirectorySeparatorChar) is { Length: > 1 } parts
        && string.Equals(parts[^2], "queues", StringComparison.OrdinalIgnoreCase)
        && dataDirectory.Split(System.IO.Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Length
            == parts.Length - 3;
}
