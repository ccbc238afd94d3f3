namespace Yyc3.Connectors.Sdk.Manifests;

/// <summary>One place where a value does not fit its schema.</summary>
/// <param name="Path">Dotted path of the value; empty for the root.</param>
/// <param name="Reason">What is wrong, without the path: <c>must be one of us-east-1, us-west-2</c>.</param>
public sealed record SchemaViolation(string Path, string Reason);
