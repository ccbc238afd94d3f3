using Grpc.Core;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Telemetry;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>The one way from a service to a connector: tenant, status, capability, then a session on the open connector.</summary>
internal sealed class ConnectorCalls(
    IntegrationStore integrations,
    ConnectorPool pool,
    CallPolicies policies,
    StatisticsStore statistics,
    RuntimeMetrics metrics,
    TimeProvider time,
    ILogger<ConnectorCalls> logger
)
{
    public RuntimeMetrics Metrics { get; } = metrics;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    /// <summary>The caller's integration.</summary>
    /// <exception cref="FaultException">It is not there, or another tenant's.</exception>
    public async ValueTask<Integration> FindAsync(ServerCallContext context, string integrationId) =>
        await integrations.FindAsync(Caller.Of(context).TenantId, integrationId, context.CancellationToken)
        ?? throw new FaultException(Fault.IntegrationNotFound)
        {
            Field = "integrationId",
            Reason = "is not an integration",
        };

    /// <summary>Enters the connector of an active integration; the session must be disposed.</summary>
    /// <exception cref="FaultException">Not there, inactive, or its connector cannot do this.</exception>
    public async ValueTask<ConnectorSession<TCapability>> EnterAsync<TCapability>(
        ServerCallContext context,
        string integrationId,
        string capability
    )
        where TCapability : class
    {
        var integration = await FindAsync(context, integrationId);
        return integration.IsActive
            ? await EnterAsync<TCapability>(integration, capability, context.CancellationToken)
            : throw new FaultException(Fault.IntegrationInactive);
    }

    /// <summary>Enters the connector of an integration, active or not.</summary>
    public async ValueTask<ConnectorSession<TCapability>> EnterAsync<TCapability>(
        Integration integration,
        string capability,
        CancellationToken cancellationToken
    )
        where TCapability : class
    {
        var counters = await statistics.ForAsync(integration.Id);
        var open = await pool.EnterAsync(integration, cancellationToken);
        if (open.Connector is TCapability provider)
        {
            return new ConnectorSession<TCapability>(
                this,
                integration,
                open,
                provider,
                policies.For(integration),
                counters
            );
        }

        open.Exit();
        throw new FaultException(Fault.CapabilityMissing)
        {
            Field = "integrationId",
            Reason =
                $"the provider {integration.Provider} cannot do {capability}; it can do {string.Join(", ", open.Plugin.Manifest!.Capabilities)}",
        };
    }
}
