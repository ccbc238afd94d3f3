using Yyc3.Connectors.Redis.Protocol;

namespace Yyc3.Connectors.Redis.Commands;

/// <summary>The commands of one server. Immutable.</summary>
internal sealed class CommandTable
{
    private readonly Dictionary<string, CommandInfo> _commands;

    private CommandTable(IEnumerable<CommandInfo> commands, int epoch)
    {
        _commands = new Dictionary<string, CommandInfo>(StringComparer.Ordinal);
        foreach (var command in commands)
        {
            _commands[command.Name] = command;
        }

        Epoch = epoch;
    }

    /// <summary>When it was read.</summary>
    public int Epoch { get; }

    public int Count => _commands.Count;

    /// <summary>The commands every server has that is not older than version 4, without those that are refused anyway.</summary>
    public static CommandTable BuiltIn(int epoch) => new(BuiltInCommands.All, epoch);

    /// <summary>Makes a table of what the server answered.</summary>
    public static CommandTable Of(IEnumerable<CommandInfo> commands, int epoch) => new(commands, epoch);

    /// <summary>Finds a command.</summary>
    /// <param name="name">Name in upper case, with <c>|</c> before that of a subcommand.</param>
    public CommandInfo? Find(string name) => _commands.GetValueOrDefault(name);

    /// <summary>Reads one element of the answer to COMMAND: the command, and its subcommands.</summary>
    public static IEnumerable<CommandInfo> Read(RespValue element)
    {
        const int SubcommandsAt = 9;
        if (element.Items is not [{ Text: { } name }, { Number: var arity }, var flags, ..] items)
        {
            yield break;
        }

        var subcommands = items.Length > SubcommandsAt ? items[SubcommandsAt].Items : [];
        var categories = items.Length > 6 ? items[6] : default;
        yield return new CommandInfo(name.ToUpperInvariant(), (int)arity, Traits(flags, categories))
        {
            IsContainer = subcommands.Length > 0,
        };
        foreach (var subcommand in subcommands.SelectMany(Read))
        {
            yield return subcommand;
        }
    }

    private static CommandTraits Traits(RespValue flags, RespValue categories)
    {
        var traits = CommandTraits.None;
        foreach (var word in flags.Items.Concat(categories.Items))
        {
            traits |= word.Text switch
            {
                "readonly" => CommandTraits.Reads,
                "write" or "@write" => CommandTraits.Writes,
                "blocking" or "@blocking" => CommandTraits.Blocks,
                "admin" or "pubsub" or "@admin" or "@dangerous" or "@pubsub" => CommandTraits.Guarded,
                _ => CommandTraits.None,
            };
        }

        return traits;
    }
}
