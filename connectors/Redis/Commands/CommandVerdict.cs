namespace Yyc3.Connectors.Redis.Commands;

/// <summary>What may be done with a command line at one server.</summary>
/// <param name="Table">The server's commands.</param>
/// <param name="Name">Name in upper case.</param>
internal sealed record CommandVerdict(CommandTable Table, string Name)
{
    /// <summary>What is wrong with the line itself, whoever runs it; null when nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether a query may run it.</summary>
    public bool IsQuery { get; init; }

    /// <summary>Whether a command may be it.</summary>
    public bool IsCommand { get; init; }

    /// <summary>Whether it changes something.</summary>
    public bool Writes { get; init; }

    /// <summary>Whether the answer is one value, or few: no more than the line has arguments.</summary>
    public bool IsShort { get; init; }
}
