using System.Threading.RateLimiting;
using Polly;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Faults;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// A limiter as a step of a resilience pipeline. Stands in for the package Polly.RateLimiting and has its shape.
/// </summary>
internal sealed class LimiterStrategy(RateLimiter limiter, ErrorDefinition refusal) : ResilienceStrategy
{
    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state
    )
    {
        (limiter as ReplenishingRateLimiter)?.TryReplenish();
        using var lease = await limiter.AcquireAsync(1, context.CancellationToken);
        if (lease.IsAcquired)
        {
            return await callback(context, state);
        }

        var after = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : (TimeSpan?)null;
        return Outcome.FromException<TResult>(new FaultException(refusal) { Retryable = true, RetryAfter = after });
    }
}
