namespace Yyc3.Connectors.Runtime.State;

/// <summary>One step of the schema.</summary>
internal sealed record Migration(int Version, string Name, string Resource);
