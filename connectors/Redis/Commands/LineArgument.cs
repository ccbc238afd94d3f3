namespace Yyc3.Connectors.Redis.Commands;

/// <summary>One argument of a command line: either a literal or a parameter.</summary>
/// <param name="Literal">Its bytes; null for a parameter.</param>
/// <param name="Encoded">The literal as it is sent; null for a parameter.</param>
/// <param name="Parameter">The parameter's name without the colon; null for a literal.</param>
internal sealed record LineArgument(byte[]? Literal, byte[]? Encoded, string? Parameter);
