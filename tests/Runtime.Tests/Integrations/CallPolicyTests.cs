using Polly.CircuitBreaker;
using Polly.Timeout;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>How calls reach a provider that fails, is slow, or asks to slow down.</summary>
public sealed class CallPolicyTests
{
    private readonly PolicyProbe _probe = new();

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
        var call = _probe.RunAsync(new IntegrationOptions(), mayRepeat: true, _ => throw PolicyProbe.Failure(kind));
        await EndAsync(call);
        Assert.Equal(kind, (await Assert.ThrowsAsync<ConnectorException>(() => call)).Kind);
        Assert.Equal(attempts, _probe.Attempts);
    }

    [Fact]
    public async Task Call_that_must_not_be_repeated_is_tried_once()
    {
        var call = _probe.RunAsync(
            new IntegrationOptions(),
            mayRepeat: false,
            _ => throw PolicyProbe.Failure(ErrorKind.Unavailable)
        );
        await Assert.ThrowsAsync<ConnectorException>(() => call);
        Assert.Equal(1, _probe.Attempts);
    }

    [Fact]
    public async Task Statement_that_used_up_its_callers_time_is_not_tried_again()
    {
        var call = _probe.RunAsync(
            new IntegrationOptions(),
            mayRepeat: true,
            _ => throw new ConnectorException(ErrorKind.Timeout, "QUERY_TIMEOUT", "Too slow.")
        );
        await Assert.ThrowsAsync<ConnectorException>(() => call);
        Assert.Equal(1, _probe.Attempts);
    }

    [Fact]
    public async Task Unexpected_exception_is_not_tried_again()
    {
        var call = _probe.RunAsync(
            new IntegrationOptions(),
            mayRepeat: true,
            _ => throw new InvalidOperationException()
        );
        await Assert.ThrowsAsync<InvalidOperationException>(() => call);
        Assert.Equal(1, _probe.Attempts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Attempts_are_as_many_as_the_integration_says(int attempts)
    {
        var options = new IntegrationOptions { MaxAttempts = attempts };
        var call = _probe.RunAsync(options, mayRepeat: true, _ => throw PolicyProbe.Failure(ErrorKind.Unavailable));
        await EndAsync(call);
        await Assert.ThrowsAsync<ConnectorException>(() => call);
        Assert.Equal(attempts, _probe.Attempts);
    }

    [Fact]
    public async Task Call_that_succeeds_at_the_second_attempt_succeeds()
    {
        var call = _probe.RunAsync(
            new IntegrationOptions(),
            mayRepeat: true,
            _ => _probe.Attempts < 2 ? throw PolicyProbe.Failure(ErrorKind.Unavailable) : default
        );
        await EndAsync(call);
        await call;
        Assert.Equal(2, _probe.Attempts);
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(3600, 30)]
    public async Task Wait_is_what_the_provider_asks_for_within_bounds(int asked, int waited)
    {
        var after = TimeSpan.FromSeconds(asked);
        var call = _probe.RunAsync(
            new IntegrationOptions { MaxAttempts = 2 },
            mayRepeat: true,
            _ => _probe.Attempts < 2 ? throw PolicyProbe.Failure(ErrorKind.Throttled, after) : default
        );
        await Eventually.HoldsAsync(() => _probe.Attempts == 1);
        _probe.Clock.Advance(TimeSpan.FromSeconds(waited) - TimeSpan.FromMilliseconds(1));
        await Eventually.SettlesAsync();
        Assert.Equal(1, _probe.Attempts);

        _probe.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await Eventually.WithinLimitAsync(call);
        Assert.Equal(2, _probe.Attempts);
    }

    [Fact]
    public async Task Negative_wait_is_none()
    {
        var after = TimeSpan.FromSeconds(-5);
        await Eventually.WithinLimitAsync(
            _probe.RunAsync(
                new IntegrationOptions(),
                mayRepeat: true,
                _ => _probe.Attempts < 2 ? throw PolicyProbe.Failure(ErrorKind.Throttled, after) : default
            )
        );
        Assert.Equal(2, _probe.Attempts);
    }

    [Fact]
    public async Task Caller_that_goes_away_ends_the_waiting()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _probe.RunAsync(
            new IntegrationOptions(),
            mayRepeat: true,
            _ => throw PolicyProbe.Failure(ErrorKind.Unavailable),
            token: cancellation.Token
        );
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(1, _probe.Attempts);
    }

    [Fact]
    public async Task Attempt_that_takes_too_long_is_ended()
    {
        var options = new IntegrationOptions { Timeout = 100 };
        var call = _probe.RunAsync(options, mayRepeat: false, WaitAsync);
        _probe.Clock.Advance(TimeSpan.FromMilliseconds(99));
        await Eventually.SettlesAsync();
        Assert.False(call.IsCompleted);

        _probe.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<TimeoutRejectedException>(() => Bounded(call));
    }

    [Fact]
    public async Task Stream_has_no_time_limit_of_its_own()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _probe.RunAsync(
            new IntegrationOptions { Timeout = 100 },
            mayRepeat: false,
            WaitAsync,
            attemptTime: Timeout.InfiniteTimeSpan,
            token: cancellation.Token
        );
        _probe.Clock.Advance(TimeSpan.FromDays(1));
        await Eventually.SettlesAsync();
        Assert.False(call.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded(call));
    }

    [Fact]
    public async Task Breaker_opens_after_many_failures_and_closes_after_a_good_probe()
    {
        var policy = new CallPolicy(new IntegrationOptions(), _probe.Clock);
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<ConnectorException>(() => _probe.FailAsync(policy));
        }

        await Assert.ThrowsAsync<BrokenCircuitException>(() => _probe.FailAsync(policy));
        Assert.Equal(20, _probe.Attempts);
        _probe.Clock.Advance(TimeSpan.FromSeconds(4.9));
        await Assert.ThrowsAsync<BrokenCircuitException>(() => _probe.FailAsync(policy));

        // A bad probe leaves it open, a good one closes it.
        _probe.Clock.Advance(TimeSpan.FromSeconds(0.2));
        await Assert.ThrowsAsync<ConnectorException>(() => _probe.FailAsync(policy));
        await Assert.ThrowsAsync<BrokenCircuitException>(() => _probe.FailAsync(policy));
        _probe.Clock.Advance(TimeSpan.FromSeconds(5.1));
        await _probe.RunAsync(policy, mayRepeat: false, _ => default);
        await Assert.ThrowsAsync<ConnectorException>(() => _probe.FailAsync(policy));
    }

    [Fact]
    public async Task Wrong_input_does_not_open_the_breaker()
    {
        var policy = new CallPolicy(new IntegrationOptions(), _probe.Clock);
        for (var i = 0; i < 50; i++)
        {
            await Assert.ThrowsAsync<ConnectorException>(() => _probe.FailAsync(policy, ErrorKind.InvalidArgument));
        }

        Assert.Equal(50, _probe.Attempts);
    }

    private static Task Bounded(Task task) => Eventually.WithinLimitAsync(task);

    private static async ValueTask<int> WaitAsync(CancellationToken token)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        return 0;
    }

    /// <summary>Lets time pass until the call has ended.</summary>
    private Task EndAsync(Task call) =>
        Eventually.HoldsAsync(() =>
        {
            _probe.Clock.Advance(TimeSpan.FromSeconds(1));
            return call.IsCompleted;
        });
}
