namespace Yyc3.Connectors.Runtime.State;

/// <summary>Where the runtime keeps what it was told.</summary>
internal sealed class StateOptions
{
    /// <summary>Absolute folder of everything the runtime writes.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Folder inside it that no integration may touch: state, keys and spooled uploads.</summary>
    public string RuntimeDirectory => Path.Combine(DataDirectory, ".runtime");
}
