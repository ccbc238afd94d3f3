using System.Text.Json;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using Yyc3.Connectors.Sdk.Actions;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>One open connector per integration, exchanged when the integration or its plugin changes.</summary>
public sealed class ConnectorPoolTests : IAsyncLifetime
{
    private EngineBox _box = null!;

    public async ValueTask InitializeAsync() => _box = await EngineBox.CreateAsync("echo@1.0.0");

    public ValueTask DisposeAsync() => _box.DisposeAsync();

    [Fact]
    public async Task Calls_of_an_unchanged_integration_share_one_connector()
    {
        var integration = await _box.AddIntegrationAsync();
        var opened = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(_ => Task.Run(async () => await _box.Pool.EnterAsync(integration, default)))
        );
        Assert.Single(opened.Distinct());
        Assert.All(opened, open => open.Exit());
    }

    [Fact]
    public async Task Changed_integration_gets_a_new_connector_and_the_old_one_closes_after_its_call()
    {
        var integration = await _box.AddIntegrationAsync();
        var old = await _box.Pool.EnterAsync(integration, default);
        var changed = await _box.ChangeAsync(integration, before => before with { Name = "two" });
        var young = await _box.Pool.EnterAsync(changed, default);
        Assert.NotSame(old, young);
        await Eventually.SettlesAsync();
        Assert.False(old.Closed.IsCompleted);

        old.Exit();
        await Eventually.WithinLimitAsync(old.Closed);
        young.Exit();
    }

    [Fact]
    public async Task Call_that_read_the_integration_before_a_change_does_not_push_the_newer_connector_out()
    {
        var integration = await _box.AddIntegrationAsync();
        var changed = await _box.ChangeAsync(integration, before => before with { Name = "two" });
        var young = await _box.Pool.EnterAsync(changed, default);
        var late = await _box.Pool.EnterAsync(integration, default);
        Assert.Equal((1, 2), (late.Revision, young.Revision));
        late.Exit();
        await Eventually.WithinLimitAsync(late.Closed);

        Assert.Same(young, await _box.Pool.EnterAsync(changed, default));
        young.Exit();
        young.Exit();
        Assert.False(young.Closed.IsCompleted);
    }

    [Fact]
    public async Task Deleted_integration_closes_its_connector()
    {
        var integration = await _box.AddIntegrationAsync();
        var open = await _box.Pool.EnterAsync(integration, default);
        open.Exit();
        Assert.True(await _box.Integrations.DeleteAsync(integration, default));
        await Eventually.WithinLimitAsync(open.Closed);
    }

    [Fact]
    public async Task Connector_opened_while_its_integration_was_deleted_closes_after_the_call()
    {
        var integration = await _box.AddIntegrationAsync();
        Assert.True(await _box.Integrations.DeleteAsync(integration, default));
        var open = await _box.Pool.EnterAsync(integration, default);
        open.Exit();
        await Eventually.WithinLimitAsync(open.Closed);
    }

    [Fact]
    public async Task Call_in_flight_ends_on_the_old_version_while_new_calls_use_the_new_one()
    {
        var integration = await _box.AddIntegrationAsync();
        var old = await _box.Pool.EnterAsync(integration, default);
        var waiting = InvokeAsync(old, "wait");
        Assert.False(waiting.IsCompleted);

        _box.Plugins.Add("echo", "2.0.0");
        Directory.Delete(Path.Combine(_box.Plugins.Root, "echo", "1.0.0"), recursive: true);
        _box.Plugins.Registry.Scan();
        var young = await _box.Pool.EnterAsync(integration, default);
        Assert.Equal(2, await InvokeAsync(young, "echo"));
        young.Exit();
        Assert.Equal(PluginState.Draining, old.Plugin.State);
        Assert.Null(old.Plugin.Remains);

        _box.ConnectorClock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await waiting);
        old.Exit();
        await Eventually.WithinLimitAsync(old.Closed);
        await Eventually.HoldsAsync(() => old.Plugin.Remains is not null);
    }

    [Fact]
    public async Task Idle_connector_of_a_replaced_version_is_closed_without_another_call()
    {
        var integration = await _box.AddIntegrationAsync();
        var open = await _box.Pool.EnterAsync(integration, default);
        open.Exit();
        _box.Plugins.Add("echo", "2.0.0");
        _box.Plugins.Registry.Scan();
        await Eventually.WithinLimitAsync(open.Closed);
    }

    [Fact]
    public async Task Pinned_integration_stays_on_its_version()
    {
        _box.Plugins.Add("echo", "2.0.0");
        _box.Plugins.Registry.Scan();
        foreach (var (pin, version) in new[] { ("1.0.0", 1), ("[1.0,2.0)", 1), ("[1.0,3.0)", 2) })
        {
            var options = new IntegrationOptions { ConnectorVersion = pin };
            var integration = await _box.AddIntegrationAsync(options: options);
            var open = await _box.Pool.EnterAsync(integration, default);
            Assert.Equal(version, await InvokeAsync(open, "echo"));
            open.Exit();
        }
    }

    [Fact]
    public async Task Calls_during_ever_new_versions_all_succeed()
    {
        var integration = await _box.AddIntegrationAsync();
        using var stop = new CancellationTokenSource();
        var calls = 0;
        var callers = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(async () =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        var open = await _box.Pool.EnterAsync(integration, default);
                        Assert.True(await InvokeAsync(open, "echo") > 0);
                        open.Exit();
                        Interlocked.Increment(ref calls);
                    }
                })
            )
            .ToList();
        for (var round = 0; round < 10; round++)
        {
            var folder = _box.Plugins.AddAs("echo", "2.0.0", "echo", $"2.0.{round}");
            _box.Plugins.Registry.Scan();
            var before = Volatile.Read(ref calls);
            await Eventually.HoldsAsync(() =>
                Volatile.Read(ref calls) > before + 10 || callers.Any(caller => caller.IsFaulted)
            );
            if (round % 2 == 0)
            {
                Directory.Delete(folder, recursive: true);
                _box.Plugins.Registry.Scan();
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
    }

    [Fact]
    public async Task Version_whose_code_is_broken_leaves_the_calls_to_the_one_before()
    {
        _box.Plugins.AddAs("no-connector-attribute", "1.0.0", "echo", "3.0.0");
        _box.Plugins.Registry.Scan();
        var open = await _box.Pool.EnterAsync(await _box.AddIntegrationAsync(), default);
        Assert.Equal(1, await InvokeAsync(open, "echo"));
        open.Exit();
    }

    [Theory]
    [InlineData("missing", null, "the plugin missing is not installed")]
    [InlineData("newer-sdk", null, "the plugin newer-sdk failed: it asks for SDK [2.0,3.0), this runtime has 1.0.0")]
    [InlineData("echo", "[7.0,8.0)", "no version of echo matches [7.0,8.0)")]
    [InlineData("throws-on-open", null, "The connector throws-on-open 1.0.0 could not be opened.")]
    public async Task Connector_that_cannot_be_used_is_unavailable_with_the_reason(
        string provider,
        string? pin,
        string reason
    )
    {
        _box.Plugins.Add("newer-sdk");
        _box.Plugins.Add("throws-on-open");
        _box.Plugins.Registry.Scan();
        var options = pin is null ? new IntegrationOptions() : new IntegrationOptions { ConnectorVersion = pin };
        var integration = await _box.AddIntegrationAsync(provider, options);
        var fault = await Assert.ThrowsAsync<FaultException>(async () =>
            await _box.Pool.EnterAsync(integration, default)
        );
        Assert.Equal((Fault.ConnectorUnavailable, reason), (fault.Definition, fault.Reason));
    }

    [Fact]
    public async Task Closing_the_pool_closes_every_connector()
    {
        var open = await _box.Pool.EnterAsync(await _box.AddIntegrationAsync(), default);
        open.Exit();
        await _box.Pool.DisposeAsync();
        Assert.True(open.Closed.IsCompleted);
    }

    [Fact]
    public async Task Closing_the_pool_does_not_wait_for_ever_for_a_call_that_does_not_end()
    {
        var open = await _box.Pool.EnterAsync(await _box.AddIntegrationAsync(), default);
        var closing = _box.Pool.DisposeAsync().AsTask();
        await Eventually.SettlesAsync();
        Assert.False(closing.IsCompleted);

        _box.ConnectorClock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.WithinLimitAsync(closing);
        open.Exit();
    }

    private static async Task<int> InvokeAsync(OpenConnector open, string action)
    {
        var input = JsonDocument.Parse("{}").RootElement;
        var answer = await ((IActions)open.Connector).InvokeAsync(action, input, default);
        return answer.GetProperty("Version").GetInt32();
    }
}
