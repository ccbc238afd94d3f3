namespace Yyc3.Connectors.Runtime.State;

/// <summary>Where the runtime keeps what it was told.</summary>
internal sealed class StateOptions
{
    /// <summary>Absolute folder of everything this node writes.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Folder inside it that no integration may touch: state, keys and spooled uploads.</summary>
    public string RuntimeDirectory => Path.Combine(DataDirectory, ".runtime");

    /// <summary>Npgsql connection string of the database that all nodes share; null for SQLite in the data directory.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>How long a node that is not heard of keeps its work.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Absolute path of the file with the key that wraps all others; null for the one in the data directory.</summary>
    public string? KeyFile { get; init; }
}
