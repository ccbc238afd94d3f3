using Polly;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>Names a <see cref="LimiterStrategy"/> in the pipeline's telemetry.</summary>
internal sealed class LimiterStrategyOptions : ResilienceStrategyOptions;
