namespace Yyc3.Connectors.Redis.Commands;

/// <summary>What a server says of one of its commands.</summary>
/// <param name="Name">Name in upper case; <c>OBJECT|FREQ</c> for a subcommand.</param>
/// <param name="Arity">Number of arguments with the name; negative for at least so many.</param>
/// <param name="Traits">What it does.</param>
internal sealed record CommandInfo(string Name, int Arity, CommandTraits Traits)
{
    /// <summary>Whether it does nothing but lead to subcommands.</summary>
    public bool IsContainer { get; init; }

    /// <summary>Whether a number of arguments fits.</summary>
    public bool Takes(int arguments) => Arity >= 0 ? arguments == Arity : arguments >= -Arity;
}
