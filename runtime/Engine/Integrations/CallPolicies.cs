using System.Collections.Concurrent;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// The policy of each integration in use. It is made anew only when the options it depends on change, so that limiters and
/// breakers keep what they know. Thread-safe.
/// </summary>
internal sealed class CallPolicies
{
    private readonly ConcurrentDictionary<string, CallPolicy> _policies = new(StringComparer.Ordinal);
    private readonly IntegrationStore _integrations;
    private readonly TimeProvider _time;

    public CallPolicies(IntegrationStore integrations, TimeProvider time)
    {
        (_integrations, _time) = (integrations, time);
        integrations.Changed += ForgetIfDeleted;
    }

    public CallPolicy For(Integration integration) =>
        _policies.TryGetValue(integration.Id, out var policy) && policy.Fits(integration.Options)
            ? policy
            // Calls that come at once must end up with the same one, or each would have limits of its own.
            : _policies.AddOrUpdate(
                integration.Id,
                _ => new CallPolicy(integration.Options, _time),
                (_, old) => old.Fits(integration.Options) ? old : new CallPolicy(integration.Options, _time)
            );

    private void ForgetIfDeleted(string integrationId)
    {
        if (!_integrations.IsKnown(integrationId))
        {
            _policies.TryRemove(integrationId, out _);
        }
    }
}
