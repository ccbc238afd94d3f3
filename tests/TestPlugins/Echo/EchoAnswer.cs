namespace Yyc3.Connectors.TestPlugins.Echo;

/// <summary>What the actions answer.</summary>
public sealed record EchoAnswer(int Version, string Input);
