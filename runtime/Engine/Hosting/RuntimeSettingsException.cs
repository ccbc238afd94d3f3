namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>A configuration value that cannot be used. The message is for the operator: it names the value and the reason.</summary>
/// <param name="name">Name of the value, without prefix.</param>
/// <param name="reason">What is wrong with it.</param>
public sealed class RuntimeSettingsException(string name, string reason)
    : Exception($"YYC3_{name.ToUpperInvariant()} (--{name}) {reason}.");
