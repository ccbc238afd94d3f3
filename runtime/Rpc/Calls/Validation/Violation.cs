namespace Yyc3.Connectors.Rpc.Calls.Validation;

/// <summary>A field that breaks its rules.</summary>
/// <param name="Field">Dotted path of JSON names.</param>
/// <param name="Reason">What is wrong, in plain words.</param>
internal sealed record Violation(string Field, string Reason);
