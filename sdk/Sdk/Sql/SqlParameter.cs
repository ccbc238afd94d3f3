namespace Yyc3.Connectors.Sdk.Sql;

/// <summary>One place in a statement where a parameter stands.</summary>
/// <param name="Name">Name without the colon.</param>
/// <param name="Position">Where the colon stands, from 0.</param>
/// <param name="Length">Characters of the colon and the name.</param>
public readonly record struct SqlParameter(string Name, int Position, int Length);
