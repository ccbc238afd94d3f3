namespace Yyc3.Connectors.Redis.Commands;

/// <summary>What a command does, as far as it matters here.</summary>
[Flags]
internal enum CommandTraits
{
    None = 0,

    /// <summary>Reads data and changes none.</summary>
    Reads = 1,

    /// <summary>May change data.</summary>
    Writes = 2,

    /// <summary>May make its connection wait.</summary>
    Blocks = 4,

    /// <summary>Administration, messages, or what the server itself calls dangerous.</summary>
    Guarded = 8,
}
