using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>How many calls may be at a provider, and how many per second.</summary>
public sealed class CallLimitTests
{
    private readonly PolicyProbe _probe = new();

    [Fact]
    public async Task Calls_beyond_the_concurrency_limit_wait_their_turn()
    {
        var policy = new CallPolicy(new IntegrationOptions { MaxConcurrency = 2 }, _probe.Clock);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable
            .Range(0, 5)
            .Select(_ => _probe.RunAsync(policy, mayRepeat: false, _ => new ValueTask<int>(After(gate.Task))))
            .ToList();
        await Eventually.SettlesAsync();
        Assert.Equal(2, _probe.Attempts);

        gate.SetResult();
        await Eventually.WithinLimitAsync(Task.WhenAll(calls));
        Assert.Equal(5, _probe.Attempts);
    }

    [Fact]
    public async Task Queue_of_waiting_calls_is_bounded()
    {
        var policy = new CallPolicy(new IntegrationOptions { MaxConcurrency = 1 }, _probe.Clock);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable
            .Range(0, 1001)
            .Select(_ => _probe.RunAsync(policy, mayRepeat: false, _ => new ValueTask<int>(After(gate.Task))))
            .ToList();
        var refused = await Assert.ThrowsAsync<FaultException>(() =>
            _probe.RunAsync(policy, mayRepeat: true, _ => default)
        );
        Assert.Equal((Fault.TooBusy, (bool?)true), (refused.Definition, refused.Retryable));

        gate.SetResult();
        await Eventually.WithinLimitAsync(Task.WhenAll(calls));
    }

    [Fact]
    public async Task Calls_beyond_the_rate_limit_are_refused_with_a_time_to_wait()
    {
        var policy = new CallPolicy(new IntegrationOptions { RateLimit = 3 }, _probe.Clock);
        var outcomes = new List<Exception?>();
        for (var i = 0; i < 200; i++)
        {
            outcomes.Add(await Record.ExceptionAsync(() => _probe.RunAsync(policy, mayRepeat: true, _ => default)));
        }

        Assert.All(outcomes.Take(3), Assert.Null);
        var refused = Assert.IsType<FaultException>(outcomes.First(outcome => outcome is not null));
        Assert.Equal(RpcErrors.RateLimited, refused.Definition);
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
        Assert.Equal(outcomes.Count(outcome => outcome is null), _probe.Attempts);
    }

    [Fact]
    public async Task Rate_limit_lets_calls_through_again_later()
    {
        var policy = new CallPolicy(new IntegrationOptions { RateLimit = 1 }, _probe.Clock);
        await _probe.RunAsync(policy, mayRepeat: true, _ => default);
        await Eventually.HoldsAsync(() =>
            _probe.RunAsync(policy, mayRepeat: true, _ => default).IsCompletedSuccessfully
        );
    }

    private static async Task<int> After(Task gate)
    {
        await gate;
        return 0;
    }
}
