namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>Measures of the last hour.</summary>
/// <param name="Uptime">Share of checks that found the provider reachable, in percent.</param>
/// <param name="AverageMilliseconds">Time of a call on average.</param>
/// <param name="ErrorRate">Share of calls that failed, 0 to 1.</param>
internal sealed record CallMeasures(double Uptime, double AverageMilliseconds, double ErrorRate);
