namespace Yyc3.Connectors.Sdk.Database;

/// <summary>One column of a result.</summary>
/// <param name="Name">Name as the engine gives it; names may repeat.</param>
/// <param name="Type">The engine's name of the type, such as <c>integer</c>; empty when unknown.</param>
public sealed record DbColumn(string Name, string Type);
