using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Sqlite;

/// <summary>The integration's settings, checked.</summary>
/// <param name="Path">Absolute path of the database file, links followed.</param>
internal sealed record SqliteOptions(string Path)
{
    /// <summary>Queries of one integration that run at the same time; each has a connection and, while it works, a thread.</summary>
    public int Readers { get; init; } = 8;

    /// <summary>How long a change waits for another process that is writing to the same file.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public static SqliteOptions From(ConnectorContext context)
    {
        const string Field = "config.path";
        var path = context.Paths.Resolve(Field, context.Settings.GetRequired("path"), allowLocalRoots: false);
        return Directory.Exists(path)
            ? throw ConnectorException.Invalid(Field, "is a folder, not a file")
            : new SqliteOptions(path);
    }
}
