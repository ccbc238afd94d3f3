namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>A plugin that cannot be used; the message is for the operator and safe to show.</summary>
internal sealed class PluginException(string message, Exception? innerException = null)
    : Exception(message, innerException);
