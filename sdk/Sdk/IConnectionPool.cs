namespace Yyc3.Connectors.Sdk;

/// <summary>
/// Optional: a connector that keeps connections tells how many, and the host shows it in its metrics. Thread-safe.
/// </summary>
public interface IConnectionPool
{
    /// <summary>The pool at this moment; cheap, never waits.</summary>
    PoolUsage PoolUsage { get; }
}
