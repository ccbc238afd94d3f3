namespace Yyc3.Connectors.Redis.Commands;

/// <summary>A command line taken apart. Immutable but for the verdict, and shared by all who run the same text.</summary>
/// <param name="arguments">The arguments, the command's name first.</param>
internal sealed class CommandLine(IReadOnlyList<LineArgument> arguments)
{
    private CommandVerdict? _verdict;

    public IReadOnlyList<LineArgument> Arguments { get; } = arguments;

    /// <summary>Every parameter name once.</summary>
    public IReadOnlyList<string> Names { get; } =
    [.. arguments.Select(argument => argument.Parameter).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>What may be done with it at the server that a table is of; judged once.</summary>
    /// <param name="table">The server's commands.</param>
    /// <param name="allowScripts">Whether a query may run scripts.</param>
    public CommandVerdict Judge(CommandTable table, bool allowScripts)
    {
        if (Volatile.Read(ref _verdict) is { } known && ReferenceEquals(known.Table, table))
        {
            return known;
        }

        var verdict = CommandRules.Judge(this, table, allowScripts);
        Volatile.Write(ref _verdict, verdict);
        return verdict;
    }
}
