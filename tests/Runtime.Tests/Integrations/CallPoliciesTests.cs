using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>One policy per integration.</summary>
public sealed class CallPoliciesTests : IAsyncLifetime
{
    private EngineBox _box = null!;

    public async ValueTask InitializeAsync() => _box = await EngineBox.CreateAsync();

    public ValueTask DisposeAsync() => _box.DisposeAsync();

    [Fact]
    public async Task Calls_that_come_at_once_share_one_policy()
    {
        var integration = await _box.AddIntegrationAsync();
        for (var round = 0; round < 2_000; round++)
        {
            var fresh = integration with { Id = $"int-{round}" };
            var ready = 0;
            var policies = await Task.WhenAll(
                Enumerable
                    .Range(0, 2)
                    .Select(_ =>
                        Task.Run(() =>
                        {
                            Interlocked.Increment(ref ready);
                            SpinWait.SpinUntil(() => Volatile.Read(ref ready) == 2);
                            return _box.Policies.For(fresh);
                        })
                    )
            );
            Assert.Same(policies[0], _box.Policies.For(fresh));
            Assert.Same(policies[0], policies[1]);
        }
    }

    [Fact]
    public async Task Policy_is_made_anew_only_when_the_options_change()
    {
        var integration = await _box.AddIntegrationAsync();
        var policy = _box.Policies.For(integration);
        var renamed = await _box.ChangeAsync(integration, before => before with { Name = "two" });
        Assert.Same(policy, _box.Policies.For(renamed));

        var options = new IntegrationOptions { MaxAttempts = 1 };
        var changed = await _box.ChangeAsync(renamed, before => before with { Options = options });
        Assert.NotSame(policy, _box.Policies.For(changed));
    }

    [Fact]
    public async Task Policy_of_a_deleted_integration_is_forgotten()
    {
        var integration = await _box.AddIntegrationAsync();
        var policy = _box.Policies.For(integration);
        Assert.True(await _box.Integrations.DeleteAsync(integration, default));
        Assert.NotSame(policy, _box.Policies.For(integration));
    }
}
