namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>Another node has taken the work over, or it was cancelled: what this node would write does not count any more.</summary>
internal sealed class WorkLostException(string id) : Exception($"The work {id} is not held any more.");
