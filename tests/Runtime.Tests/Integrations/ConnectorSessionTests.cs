using Polly.CircuitBreaker;
using Polly.Timeout;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Actions;
using Yyc3.Connectors.Sdk.Storage;
using Integration = Yyc3.Connectors.Runtime.Integrations.Integration;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>A call from the service's side: what it may enter, what comes out, what is counted.</summary>
public sealed class ConnectorSessionTests : IAsyncLifetime
{
    private EngineBox _box = null!;
    private Integration _integration = null!;

    public async ValueTask InitializeAsync()
    {
        _box = await EngineBox.CreateAsync("echo@1.0.0", "throws-on-open@1.0.0");
        _integration = await _box.AddIntegrationAsync(options: new IntegrationOptions { MaxAttempts = 1 });
    }

    public ValueTask DisposeAsync() => _box.DisposeAsync();

    [Fact]
    public async Task Success_is_returned_and_counted()
    {
        Assert.Equal(7, await RunAsync((_, _) => new ValueTask<int>(7)));
        Assert.Equal((1L, 0L), await CountedAsync());
    }

    [Fact]
    public async Task Failure_of_the_connector_is_passed_on_and_counted()
    {
        var fault = new ConnectorException(ErrorKind.NotFound, "NO_SUCH_TOPIC", "is not there");
        Assert.Same(fault, await Assert.ThrowsAsync<ConnectorException>(() => RunAsync((_, _) => throw fault)));
        Assert.Equal((0L, 1L), await CountedAsync());
    }

    [Fact]
    public async Task Exception_a_connector_should_not_throw_is_told_without_its_text()
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() =>
            RunAsync((_, _) => throw new InvalidOperationException("password=hunter2"))
        );
        Assert.Equal((Fault.ConnectorFailed, null), (fault.Definition, fault.Reason));
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_that_goes_away_is_nobodys_failure()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            RunAsync((_, token) => ValueTask.FromCanceled<int>(token), cancellation.Token)
        );
        Assert.Equal((0L, 0L), await CountedAsync());
    }

    [Fact]
    public async Task Cancellation_that_nobody_asked_for_is_a_timeout_of_the_provider()
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() =>
            RunAsync((_, _) => throw new TaskCanceledException("HttpClient.Timeout"))
        );
        Assert.Equal((Fault.AttemptTimeout, (bool?)true), (fault.Definition, fault.Retryable));
        Assert.Equal((0L, 1L), await CountedAsync());
    }

    [Fact]
    public async Task What_the_policy_throws_becomes_a_registered_fault()
    {
        using var session = await EnterAsync();
        Assert.Equal(
            Fault.AttemptTimeout,
            Assert.IsType<FaultException>(session.Translate(new TimeoutRejectedException())).Definition
        );
        var open = Assert.IsType<FaultException>(
            session.Translate(new BrokenCircuitException("open", TimeSpan.FromSeconds(3)))
        );
        Assert.Equal((Fault.CircuitOpen, TimeSpan.FromSeconds(3)), (open.Definition, open.RetryAfter!.Value));
        Assert.Null(session.Translate(new OperationCanceledException()));
    }

    [Fact]
    public async Task Capability_the_connector_lacks_is_named_with_those_it_has()
    {
        var fault = await Assert.ThrowsAsync<FaultException>(async () =>
            await _box.Calls.EnterAsync<IObjectStore>(new FakeCall(), _integration.Id, "storage")
        );
        Assert.Equal(Fault.CapabilityMissing, fault.Definition);
        Assert.Equal("the provider echo cannot do storage; it can do actions, messaging.send", fault.Reason);
    }

    [Fact]
    public async Task Refused_entrance_leaves_nobody_inside()
    {
        await Assert.ThrowsAsync<FaultException>(async () =>
            await _box.Calls.EnterAsync<IObjectStore>(new FakeCall(), _integration.Id, "storage")
        );
        var open = await _box.Pool.EnterAsync(_integration, default);
        open.Exit();
        open.Retire();
        await Eventually.WithinLimitAsync(open.Closed);
    }

    [Fact]
    public async Task Integration_that_is_unknown_foreign_or_inactive_is_not_entered()
    {
        Assert.Equal(Fault.IntegrationNotFound, await RefusalAsync(new FakeCall(), "int-none"));
        Assert.Equal(Fault.IntegrationNotFound, await RefusalAsync(new FakeCall(tenantId: "acme"), _integration.Id));
        await _box.ChangeAsync(_integration, before => before with { IsActive = false });
        Assert.Equal(Fault.IntegrationInactive, await RefusalAsync(new FakeCall(), _integration.Id));
    }

    [Fact]
    public async Task Session_that_is_disposed_twice_leaves_once()
    {
        var outer = await EnterAsync();
        var inner = await EnterAsync();
        inner.Dispose();
        inner.Dispose();
        var open = await _box.Pool.EnterAsync(_integration, default);
        open.Exit();
        open.Retire();
        await Eventually.SettlesAsync();
        Assert.False(open.Closed.IsCompleted);
        outer.Dispose();
        await Eventually.WithinLimitAsync(open.Closed);
    }

    private async Task<Rpc.Calls.Errors.ErrorDefinition> RefusalAsync(FakeCall call, string id) =>
        (
            await Assert.ThrowsAsync<FaultException>(async () =>
                await _box.Calls.EnterAsync<IActions>(call, id, "actions")
            )
        ).Definition;

    private ValueTask<ConnectorSession<IActions>> EnterAsync() =>
        _box.Calls.EnterAsync<IActions>(new FakeCall(), _integration.Id, "actions");

    private async Task<int> RunAsync(
        Func<IActions, CancellationToken, ValueTask<int>> call,
        CancellationToken token = default
    )
    {
        using var session = await EnterAsync();
        return await session.RunAsync(
            "test",
            mayRepeat: true,
            attemptTime: null,
            call,
            static (actions, call, token) => call(actions, token),
            token
        );
    }

    private async Task<(long Succeeded, long Failed)> CountedAsync()
    {
        var statistics = await _box.Statistics.ForAsync(_integration.Id);
        return (statistics.Succeeded, statistics.Failed);
    }
}
