namespace Yyc3.Connectors.Sdk;

/// <summary>State of one part of an integration.</summary>
public enum HealthState
{
    /// <summary>Not found out.</summary>
    Unknown = 0,

    /// <summary>Works.</summary>
    Healthy = 1,

    /// <summary>Works, but slowly or with failures.</summary>
    Degraded = 2,

    /// <summary>Does not work.</summary>
    Unhealthy = 3,
}
