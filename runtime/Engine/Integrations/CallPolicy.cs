using System.Threading.RateLimiting;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// How calls of one integration reach its provider, from the outside in: concurrency limit, retry, breaker, rate limit,
/// time per attempt. The caller's deadline bounds the whole. Thread-safe.
/// </summary>
internal sealed class CallPolicy
{
    /// <summary>Set when the call may be repeated.</summary>
    public static readonly ResiliencePropertyKey<bool> MayRepeat = new("yyc3.may-repeat");

    /// <summary>Time for one attempt, when it is not the integration's.</summary>
    public static readonly ResiliencePropertyKey<TimeSpan> AttemptTime = new("yyc3.attempt-time");

    /// <summary>What database connectors answer when a statement runs longer than its caller allows.</summary>
    private const string QueryTimeout = "QUERY_TIMEOUT";

    private const int DefaultAttempts = 3;
    private const int DefaultConcurrency = 64;
    private const int DefaultTimeout = 30_000;

    /// <summary>Waiting calls hold memory; beyond this many a caller is better told at once.</summary>
    private const int LongestQueue = 1000;

    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(30);

    public CallPolicy(IntegrationOptions options, TimeProvider time)
    {
        Options = options;
        var attemptTime = TimeSpan.FromMilliseconds(options.HasTimeout ? options.Timeout : DefaultTimeout);
        var builder = new ResiliencePipelineBuilder { TimeProvider = time }.AddStrategy(
            _ => new LimiterStrategy(Concurrency(options), Fault.TooBusy),
            new LimiterStrategyOptions { Name = "concurrency" }
        );
        var attempts = options.HasMaxAttempts ? options.MaxAttempts : DefaultAttempts;
        if (attempts > 1)
        {
            builder.AddRetry(Retry(attempts - 1));
        }

        builder.AddCircuitBreaker(Breaker());
        if (options.HasRateLimit)
        {
            builder.AddStrategy(
                _ => new LimiterStrategy(PerSecond(options.RateLimit), RpcErrors.RateLimited),
                new LimiterStrategyOptions { Name = "rate" }
            );
        }

        Pipeline = builder
            .AddTimeout(
                new TimeoutStrategyOptions
                {
                    TimeoutGenerator = arguments =>
                        ValueTask.FromResult(arguments.Context.Properties.GetValue(AttemptTime, attemptTime)),
                }
            )
            .Build();
    }

    /// <summary>The options it was made from.</summary>
    public IntegrationOptions Options { get; }

    public ResiliencePipeline Pipeline { get; }

    /// <summary>Whether it does what these options ask for.</summary>
    public bool Fits(IntegrationOptions options) => ReferenceEquals(Options, options) || Options.Equals(options);

    private static ConcurrencyLimiter Concurrency(IntegrationOptions options) =>
        new(
            new ConcurrencyLimiterOptions
            {
                PermitLimit = options.HasMaxConcurrency ? options.MaxConcurrency : DefaultConcurrency,
                QueueLimit = LongestQueue,
            }
        );

    private static TokenBucketRateLimiter PerSecond(int calls) =>
        new(
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = calls,
                TokensPerPeriod = calls,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
                // Its timer would keep the limiter of a policy that has been replaced alive for ever.
                AutoReplenishment = false,
            }
        );

    private static RetryStrategyOptions Retry(int retries) =>
        new()
        {
            MaxRetryAttempts = retries,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = LongestRetryDelay,
            UseJitter = true,
            ShouldHandle = arguments =>
                ValueTask.FromResult(
                    arguments.Outcome.Exception is { } exception
                        && arguments.Context.Properties.GetValue(MayRepeat, false)
                        && IsPassing(exception)
                ),
            DelayGenerator = arguments =>
                ValueTask.FromResult(
                    arguments.Outcome.Exception is ConnectorException { RetryAfter: { } after }
                        ? TimeSpan.FromTicks(Math.Clamp(after.Ticks, 0, LongestRetryDelay.Ticks))
                        : (TimeSpan?)null
                ),
        };

    private static CircuitBreakerStrategyOptions Breaker() =>
        new()
        {
            FailureRatio = 0.5,
            MinimumThroughput = 20,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = TimeSpan.FromSeconds(5),
            ShouldHandle = arguments =>
                ValueTask.FromResult(
                    arguments.Outcome.Exception
                        is TimeoutRejectedException
                            or ConnectorException
                            {
                                Kind: ErrorKind.Unavailable or ErrorKind.Timeout or ErrorKind.MalformedAnswer
                            }
                ),
        };

    /// <summary>A failure that may be over at the next attempt; not a statement that has used up the time its caller gave it.</summary>
    private static bool IsPassing(Exception exception) =>
        exception is TimeoutRejectedException
        || (
            exception is ConnectorException { Code: not QueryTimeout } connector
            && ConnectorFaults.IsRetryable(connector.Kind)
        );
}
