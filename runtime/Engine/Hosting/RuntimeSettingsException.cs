namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>What the operator has set cannot be used. The message is for the operator: it names the thing and the reason.</summary>
/// <param name="subject">The setting or the argument.</param>
/// <param name="reason">What is wrong with it.</param>
public sealed class RuntimeSettingsException(string subject, string reason) : Exception($"{subject} {reason}.")
{
    /// <summary>Refuses the value of a setting.</summary>
    /// <param name="name">Name of the setting, without prefix.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <returns>The exception to throw.</returns>
    internal static RuntimeSettingsException OfSetting(string name, string reason) =>
        new($"YYC3_{name.ToUpperInvariant()} (--{name})", reason);
}
