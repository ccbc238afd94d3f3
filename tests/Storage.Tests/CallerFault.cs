namespace Yyc3.Connectors.Storage.Tests;

/// <summary>What the host's stream throws for a caller's mistake: no type that a connector knows.</summary>
internal sealed class CallerFault() : Exception("The caller's own mistake.");
