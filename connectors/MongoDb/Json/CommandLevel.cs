namespace Yyc3.Connectors.MongoDb.Json;

/// <summary>How deep in a command a name stands, as far as that gives it a meaning.</summary>
internal enum CommandLevel
{
    /// <summary>A member of the command itself.</summary>
    Command,

    /// <summary>The list <c>updates</c>.</summary>
    Updates,

    /// <summary>A member of one update in that list.</summary>
    Update,

    /// <summary>Anywhere else.</summary>
    Inside,
}
