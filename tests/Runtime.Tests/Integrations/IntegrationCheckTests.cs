using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using Integration = Yyc3.Connectors.Runtime.Integrations.Integration;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>How an integration is, whatever its connector does when asked.</summary>
public sealed class IntegrationCheckTests : IAsyncLifetime
{
    private EngineBox _box = null!;

    public async ValueTask InitializeAsync() =>
        _box = await EngineBox.CreateAsync("echo@1.0.0", "bad-health@1.0.0", "throws-on-open@1.0.0");

    public ValueTask DisposeAsync() => _box.DisposeAsync();

    [Fact]
    public async Task Healthy_provider_is_told_as_such()
    {
        var integration = await _box.AddIntegrationAsync();
        Assert.Equal("success", (await TestAsync(integration)).Status);
        var status = await StatusAsync(integration);
        Assert.Equal((Health.Healthy, 100.0), (status.Status, status.Metrics.Uptime));
    }

    [Fact]
    public async Task Check_that_hangs_throws_or_refuses_is_told_and_the_connector_is_left_only_afterwards()
    {
        var integration = await _box.AddIntegrationAsync("bad-health");
        var hanging = TestAsync(integration, timeout: 5_000);
        await Eventually.HoldsAsync(() => _box.ConnectorClock.Waiting > 0);
        _box.Clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.HoldsAsync(() => hanging.IsCompleted);
        var late = await FailureAsync(hanging);
        Assert.Equal(("TIMEOUT", (bool?)true), (late.Details!["cause"], late.Retryable));

        var thrown = await FailureAsync(TestAsync(integration));
        Assert.Equal(("CONNECTOR_FAILED", (bool?)false), (thrown.Details!["cause"], thrown.Retryable));
        Assert.DoesNotContain("secret detail", thrown.Reason!, StringComparison.Ordinal);

        var refused = await FailureAsync(TestAsync(integration));
        Assert.Equal(("INVALID_CREDENTIALS", "The key is not valid."), (refused.Details!["cause"], refused.Reason));
        // It was reached once, though it refused the key.
        var measures = (await _box.Statistics.ForAsync(integration.Id)).Measure();
        Assert.Equal(33.33, measures.Uptime, 0.01);

        var open = await _box.Pool.EnterAsync(integration, default);
        open.Exit();
        open.Retire();
        await Eventually.SettlesAsync();
        Assert.False(open.Closed.IsCompleted);
        _box.ConnectorClock.Advance(TimeSpan.FromSeconds(60));
        await Eventually.WithinLimitAsync(open.Closed);
    }

    [Theory]
    [InlineData("throws-on-open")]
    [InlineData("missing")]
    public async Task Plugin_that_cannot_be_opened_is_unhealthy_and_counts_as_down(string provider)
    {
        var integration = await _box.AddIntegrationAsync(provider);
        (await _box.Statistics.ForAsync(integration.Id)).Record(isSuccess: false, TimeSpan.FromMilliseconds(10));
        var status = await StatusAsync(integration);
        Assert.Equal((Health.Unhealthy, Health.Unspecified), (status.Status, status.HealthChecks.Authentication));
        Assert.Equal((0.0, 1.0), (status.Metrics.Uptime, status.Metrics.ErrorRate));
        Assert.NotNull(status.Metrics.LastErrorAt);
    }

    [Fact]
    public async Task Status_asks_the_provider_again_after_five_seconds_or_a_change()
    {
        var integration = await _box.AddIntegrationAsync("throws-on-open");
        var first = (await StatusAsync(integration)).CheckedAt;
        _box.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(first, (await StatusAsync(integration)).CheckedAt);
        _box.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var second = (await StatusAsync(integration)).CheckedAt;
        Assert.NotEqual(first, second);

        _box.Clock.Advance(TimeSpan.FromSeconds(1));
        var changed = await _box.ChangeAsync(integration, before => before with { Name = "two" });
        Assert.NotEqual(second, (await StatusAsync(changed)).CheckedAt);
    }

    [Fact]
    public async Task Unknown_test_operation_is_refused()
    {
        var request = new TestIntegrationRequest { IntegrationId = "int-none", Operation = "explode" };
        var fault = await Assert.ThrowsAsync<FaultException>(() => _box.Check.TestAsync(request, new FakeCall()));
        Assert.Equal(("operation", "must be connect"), (fault.Field, fault.Reason));
    }

    private static async Task<FaultException> FailureAsync(Task<TestIntegrationResponse> test)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => test);
        Assert.Equal(Fault.ConnectionFailed, fault.Definition);
        return fault;
    }

    private Task<TestIntegrationResponse> TestAsync(Integration integration, int? timeout = null)
    {
        var request = new TestIntegrationRequest { IntegrationId = integration.Id };
        if (timeout is { } milliseconds)
        {
            request.Params = new() { Timeout = milliseconds };
        }

        return _box.Check.TestAsync(request, new FakeCall());
    }

    private Task<GetIntegrationStatusResponse> StatusAsync(Integration integration) =>
        _box.Check.StatusAsync(new GetIntegrationStatusRequest { IntegrationId = integration.Id }, new FakeCall());
}
