namespace Yyc3.Connectors.Runtime.State;

/// <summary>The database cannot be used as it is set; the message continues a sentence that begins with the setting's name.</summary>
internal sealed class StateRefusedException(string reason, Exception fault) : Exception(reason, fault);
