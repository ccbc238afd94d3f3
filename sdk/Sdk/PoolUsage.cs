namespace Yyc3.Connectors.Sdk;

/// <summary>Connections of one integration at one moment.</summary>
/// <param name="Open">Connections that are open, idle ones included.</param>
/// <param name="InUse">Connections that calls are using.</param>
/// <param name="Waiting">Calls that wait for a connection.</param>
/// <param name="Limit">Most connections at once.</param>
public readonly record struct PoolUsage(int Open, int InUse, int Waiting, int Limit);
