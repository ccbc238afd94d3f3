using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync.Records;
using Yyc3.Connectors.Runtime.Sync.Runs;

namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>Opens both sides of a run.</summary>
internal class SyncSides(IntegrationStore integrations, ConnectorCalls calls, StateStore store, StateClock clock)
{
    /// <exception cref="FaultException">An integration is not there any more, or inactive.</exception>
    public virtual async Task<SyncEnds> OpenAsync(SyncRun run, SyncPlan plan, CancellationToken cancellationToken) =>
        await OpenAsync(run.TenantId, run.IntegrationId, plan, cancellationToken);

    /// <summary>The same for a plan without a run.</summary>
    public async Task<SyncEnds> OpenAsync(
        string tenantId,
        string integrationId,
        SyncPlan plan,
        CancellationToken cancellationToken
    )
    {
        var mappings = ResourceMappings.Read(plan.Mapping);
        SyncEnd target = plan.TargetId is null
            ? new LocalRecords(store, clock, integrationId)
            : await OpenAsync(tenantId, plan, plan.TargetId, cancellationToken);
        return new SyncEnds(
            await OpenAsync(tenantId, plan, integrationId, cancellationToken),
            mappings.HasNames ? new NamedEnd(target, mappings) : target,
            mappings
        );
    }

    private async Task<ConnectorEnd> OpenAsync(
        string tenantId,
        SyncPlan plan,
        string integrationId,
        CancellationToken cancellationToken
    )
    {
        var integration =
            await integrations.FindAsync(tenantId, integrationId, cancellationToken)
            ?? throw new FaultException(Fault.IntegrationNotFound);
        return integration.IsActive
            ? new ConnectorEnd(calls, integration, plan.Timeout, plan.Parallelism)
            : throw new FaultException(Fault.IntegrationInactive);
    }
}
