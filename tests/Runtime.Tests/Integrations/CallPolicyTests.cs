using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>How calls reach a provider that fails, is slow, or asks to slow down.</summary>
public sealed class CallPolicyTests
{
    private readonly FakeClock _clock = new();
    private int _attempts;

    [Theory]
    [InlineData(ErrorKind.Throttled, 3)]
    [InlineData(ErrorKind.Unavailable, 3)]
    [InlineData(ErrorKind.Timeout, 3)]
    [InlineData(ErrorKind.Conflict, 3)]
    [InlineData(ErrorKind.Internal, 1)]
    [InlineData(ErrorKind.InvalidArgument, 1)]
    [InlineData(ErrorKind.Unauthenticated, 1)]
    [InlineData(ErrorKind.PermissionDenied, 1)]
    [InlineData(ErrorKind.NotFound, 1)]
    [InlineData(ErrorKind.AlreadyExists, 1)]
    [InlineData(ErrorKind.PreconditionFailed, 1)]
    [InlineData(ErrorKind.OutOfRange, 1)]
    [InlineData(ErrorKind.QuotaExceeded, 1)]
    [InlineData(ErrorKind.MalformedAnswer, 1)]
    public async Task Repeatable_call_is_tried_again_after_passing_failures_only(ErrorKind kind, int attempts)
    {
        var call = RunAsync(new IntegrationOptions(), mayRepeat: true, _ => throw Failure(kind));
        await EndAsync(call);
        Assert.Equal(kind, (await Assert.ThrowsAsync<ConnectorException>(() => call)).Kind);
        Assert.Equal(attempts, _attempts);
    }

    [Fact]
    public async Task Call_that_must_not_be_repeated_is_tried_once()
    {
        var call = RunAsync(new IntegrationOptions(), mayRepeat: false, _ => throw Failure(ErrorKind.Unavailable));
        await Assert.ThrowsAsync<ConnectorException>(() => call);
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task Unexpected_exception_is_not_tried_again()
    {
        var call = RunAsync(new IntegrationOptions(), mayRepeat: true, _ => throw new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => call);
        Assert.Equal(1, _attempts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Attempts_are_as_many_as_the_integration_says(int attempts)
    {
        var options = new IntegrationOptions { MaxAttempts = attempts };
        var call = RunAsync(options, mayRepeat: true, _ => throw Failure(ErrorKind.Unavailable));
        await EndAsync(call);
        await Assert.ThrowsAsync<ConnectorException>(() => call);
        Assert.Equal(attempts, _attempts);
    }

    [Fact]
    public async Task Call_that_succeeds_at_the_second_attempt_succeeds()
    {
        var call = RunAsync(
            new IntegrationOptions(),
            mayRepeat: true,
            _ => _attempts < 2 ? throw Failure(ErrorKind.Unavailable) : default
        );
        await EndAsync(call);
        await call;
        Assert.Equal(2, _attempts);
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(3600, 30)]
    public async Task Wait_is_what_the_provider_asks_for_within_bounds(int asked, int waited)
    {
        var after = TimeSpan.FromSeconds(asked);
        var call = RunAsync(
            new IntegrationOptions { MaxAttempts = 2 },
            mayRepeat: true,
            _ => _attempts < 2 ? throw Failure(ErrorKind.Throttled, after) : default
        );
        await Eventually.HoldsAsync(() => _attempts == 1);
        _clock.Advance(TimeSpan.FromSeconds(waited) - TimeSpan.FromMilliseconds(1));
        await Eventually.SettlesAsync();
        Assert.Equal(1, _attempts);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Eventually.WithinLimitAsync(call);
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task Negative_wait_is_none()
    {
        var after = TimeSpan.FromSeconds(-5);
        await Eventually.WithinLimitAsync(
            RunAsync(
                new IntegrationOptions(),
                mayRepeat: true,
                _ => _attempts < 2 ? throw Failure(ErrorKind.Throttled, after) : default
            )
        );
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task Caller_that_goes_away_ends_the_waiting()
    {
        using var cancellation = new CancellationTokenSource();
        var call = RunAsync(
            new IntegrationOptions(),
            mayRepeat: true,
            _ => throw Failure(ErrorKind.Unavailable),
            token: cancellation.Token
        );
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task Attempt_that_takes_too_long_is_ended()
    {
        var options = new IntegrationOptions { Timeout = 100 };
        var call = RunAsync(options, mayRepeat: false, WaitAsync);
        _clock.Advance(TimeSpan.FromMilliseconds(99));
        await Eventually.SettlesAsync();
        Assert.False(call.IsCompleted);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<TimeoutRejectedException>(() => Bounded(call));
    }

    [Fact]
    public async Task Stream_has_no_time_limit_of_its_own()
    {
        using var cancellation = new CancellationTokenSource();
        var call = RunAsync(
            new IntegrationOptions { Timeout = 100 },
            mayRepeat: false,
            WaitAsync,
            attemptTime: Timeout.InfiniteTimeSpan,
            token: cancellation.Token
        );
        _clock.Advance(TimeSpan.FromDays(1));
        await Eventually.SettlesAsync();
        Assert.False(call.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded(call));
    }

    [Fact]
    public async Task Breaker_opens_after_many_failures_and_closes_after_a_good_probe()
    {
        var policy = new CallPolicy(new IntegrationOptions(), _clock);
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<ConnectorException>(() => FailAsync(policy));
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => FailAsync(policy));
        Assert.Equal(20, _attempts);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        await Assert.ThrowsAsync<BrokenCircuitException>(() => FailAsync(policy));

        // A bad probe leaves it open, a good one closes it.
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await Assert.ThrowsAsync<ConnectorException>(() => FailAsync(policy));
        await Assert.ThrowsAsync<BrokenCircuitException>(() => FailAsync(policy));
        _clock.Advance(TimeSpan.FromSeconds(5.1));
        await RunAsync(policy, mayRepeat: false, _ => default);
        await Assert.ThrowsAsync<ConnectorException>(() => FailAsync(policy));
    }

    [Fact]
    public async Task Wrong_input_does_not_open_the_breaker()
    {
        var policy = new CallPolicy(new IntegrationOptions(), _clock);
        for (var i = 0; i < 50; i++)
        {
            await Assert.ThrowsAsync<ConnectorException>(() => FailAsync(policy, ErrorKind.InvalidArgument));
        }

        Assert.Equal(50, _attempts);
    }

    [Fact]
    public async Task Calls_beyond_the_concurrency_limit_wait_their_turn()
    {
        var policy = new CallPolicy(new IntegrationOptions { MaxConcurrency = 2 }, _clock);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable
            .Range(0, 5)
            .Select(_ => RunAsync(policy, mayRepeat: false, _ => new ValueTask<int>(After(gate.Task))))
            .ToList();
        await Eventually.SettlesAsync();
        Assert.Equal(2, _attempts);

        gate.SetResult();
        await Eventually.WithinLimitAsync(Task.WhenAll(calls));
        Assert.Equal(5, _attempts);
    }

    [Fact]
    public async Task Queue_of_waiting_calls_is_bounded()
    {
        var policy = new CallPolicy(new IntegrationOptions { MaxConcurrency = 1 }, _clock);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable
            .Range(0, 1001)
            .Select(_ => RunAsync(policy, mayRepeat: false, _ => new ValueTask<int>(After(gate.Task))))
            .ToList();
        var refused = await Assert.ThrowsAsync<FaultException>(() => RunAsync(policy, mayRepeat: true, _ => default));
        Assert.Equal((Fault.TooBusy, (bool?)true), (refused.Definition, refused.Retryable));

        gate.SetResult();
        await Eventually.WithinLimitAsync(Task.WhenAll(calls));
    }

    [Fact]
    public async Task Calls_beyond_the_rate_limit_are_refused_with_a_time_to_wait()
    {
        var policy = new CallPolicy(new IntegrationOptions { RateLimit = 3 }, _clock);
        var outcomes = new List<Exception?>();
        for (var i = 0; i < 200; i++)
        {
            outcomes.Add(await Record.ExceptionAsync(() => RunAsync(policy, mayRepeat: true, _ => default)));
        }

        Assert.All(outcomes.Take(3), Assert.Null);
        var refused = Assert.IsType<FaultException>(outcomes.First(outcome => outcome is not null));
        Assert.Equal(RpcErrors.RateLimited, refused.Definition);
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
        Assert.Equal(outcomes.Count(outcome => outcome is null), _attempts);
    }

    [Fact]
    public async Task Rate_limit_lets_calls_through_again_later()
    {
        var policy = new CallPolicy(new IntegrationOptions { RateLimit = 1 }, _clock);
        await RunAsync(policy, mayRepeat: true, _ => default);
        await Eventually.HoldsAsync(() => RunAsync(policy, mayRepeat: true, _ => default).IsCompletedSuccessfully);
    }

    private static ConnectorException Failure(ErrorKind kind, TimeSpan? after = null) =>
        new(kind, "SOME_CODE", "on purpose", after);

    private static async Task<int> After(Task gate)
    {
        await gate;
        return 0;
    }

    private static Task Bounded(Task task) => Eventually.WithinLimitAsync(task);

    private static async ValueTask<int> WaitAsync(CancellationToken token)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        return 0;
    }

    private Task FailAsync(CallPolicy policy, ErrorKind kind = ErrorKind.Unavailable) =>
        RunAsync(policy, mayRepeat: false, _ => throw Failure(kind));

    private Task RunAsync(
        IntegrationOptions options,
        bool mayRepeat,
        Func<CancellationToken, ValueTask<int>> call,
        TimeSpan? attemptTime = null,
        CancellationToken token = default
    ) => RunAsync(new CallPolicy(options, _clock), mayRepeat, call, attemptTime, token);

    private async Task RunAsync(
        CallPolicy policy,
        bool mayRepeat,
        Func<CancellationToken, ValueTask<int>> call,
        TimeSpan? attemptTime = null,
        CancellationToken token = default
    )
    {
        var context = ResilienceContextPool.Shared.Get(token);
        context.Properties.Set(CallPolicy.MayRepeat, mayRepeat);
        if (attemptTime is { } attempt)
        {
            context.Properties.Set(CallPolicy.AttemptTime, attempt);
        }

        await policy.Pipeline.ExecuteAsync(
            inside =>
            {
                Interlocked.Increment(ref _attempts);
                return call(inside.CancellationToken);
            },
            context
        );
    }

    /// <summary>Lets time pass until the call has ended.</summary>
    private Task EndAsync(Task call) =>
        Eventually.HoldsAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return call.IsCompleted;
        });
}
