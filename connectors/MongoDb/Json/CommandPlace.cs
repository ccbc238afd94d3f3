using System.Text.Json;

namespace Yyc3.Connectors.MongoDb.Json;

/// <summary>Where in a command a value stands.</summary>
/// <param name="Role">What the server makes of it.</param>
/// <param name="Level">Which names have a meaning of their own there.</param>
internal readonly record struct CommandPlace(ValueRole Role, CommandLevel Level)
{
    /// <summary>The command itself.</summary>
    public static CommandPlace Top => new(ValueRole.Data, CommandLevel.Command);

    /// <summary>The place of a member.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its JSON type; a parameter's value counts as a text.</param>
    /// <returns>The place.</returns>
    public CommandPlace Member(string name, JsonValueKind kind)
    {
        if (Role == ValueRole.Literal || name is "$literal")
        {
            return new(ValueRole.Literal, CommandLevel.Inside);
        }

        return (Level, name) switch
        {
            (CommandLevel.Command, "explain") => Top,
            (CommandLevel.Command, "pipeline" or "projection" or "fields" or "let") => Computed,
            (CommandLevel.Command, "documents") => new(ValueRole.Literal, CommandLevel.Inside),
            (CommandLevel.Command, "updates") => new(ValueRole.Data, CommandLevel.Updates),
            // A list of stages instead of a document of changes.
            (CommandLevel.Command, "update") or (CommandLevel.Update, "u") when kind == JsonValueKind.Array => Computed,
            (CommandLevel.Update, "c") => Computed,
            (_, "$expr") => Computed,
            (_, "$match") => new(ValueRole.Data, CommandLevel.Inside),
            _ => new(Role, CommandLevel.Inside),
        };
    }

    /// <summary>The place of an item of a list at this place.</summary>
    public CommandPlace Item =>
        Level == CommandLevel.Updates ? new(Role, CommandLevel.Update) : new(Role, CommandLevel.Inside);

    private static CommandPlace Computed => new(ValueRole.Expression, CommandLevel.Inside);
}
