using Grpc.Core;
using Yyc3.Connectors.Contracts.Sync.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;
using Wire = Yyc3.Connectors.Contracts.Sync.V1;

namespace Yyc3.Connectors.Runtime.Sync.Service;

/// <summary>Where runs begin, over the wire. A run that is at work would write over what a person sets, so that is refused.</summary>
internal sealed class StateCalls(
    ConnectorCalls calls,
    RunStore runs,
    RunHistory history,
    SyncCheck check,
    SyncSides sides
)
{
    public async Task<IEnumerable<SyncState>> ListAsync(string integrationId, ServerCallContext context)
    {
        var integration = await calls.FindAsync(context, integrationId);
        var rows = await history.PositionsAsync(integration.Id, context.CancellationToken);
        return rows.Select(SyncMapping.ToProto);
    }

    public async Task<SyncState> SetAsync(SetSyncStateRequest request, ServerCallContext context)
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        var side = request.Direction switch
        {
            Wire.SyncDirection.Pull => SyncSide.Remote,
            Wire.SyncDirection.Push => SyncSide.Target,
            _ => throw Fault.Invalid("direction", "must be pull or push"),
        };
        var plan = new SyncPlan
        {
            Direction = (SyncDirection)request.Direction,
            TargetId = request.Target.Length > 0 ? request.Target : null,
            Mapping = SyncPlans.MappingOf(integration),
        };
        await check.CheckAsync(context, integration, plan, targetField: "target");
        await TryAsync(integration, plan, side, request, context.CancellationToken);
        if (
            !await runs.SetPositionAsync(
                integration.Id,
                plan.Target,
                request.Resource,
                side,
                request.Position,
                context.CancellationToken
            )
        )
        {
            throw new FaultException(Fault.SyncRunning);
        }

        var rows = await history.PositionsAsync(integration.Id, context.CancellationToken);
        return SyncMapping.ToProto(
            rows.First(row =>
                row.Side == side
                && string.Equals(row.Resource, request.Resource, StringComparison.Ordinal)
                && string.Equals(row.Target, plan.Target, StringComparison.Ordinal)
            )
        );
    }

    public async Task ResetAsync(ResetSyncStateRequest request, ServerCallContext context)
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        if (
            !await runs.ResetAsync(
                integration.Id,
                request.Resource.Length > 0 ? request.Resource : null,
                request.Target.Length > 0 ? request.Target : null,
                context.CancellationToken
            )
        )
        {
            throw new FaultException(Fault.SyncRunning);
        }
    }

    /// <summary>Asks the source whether the cursor is one of its own.</summary>
    private async Task TryAsync(
        Integration integration,
        SyncPlan plan,
        SyncSide side,
        SetSyncStateRequest request,
        CancellationToken cancellationToken
    )
    {
        var ends = await sides.OpenAsync(integration.TenantId, integration.Id, plan, cancellationToken);
        var from = side == SyncSide.Remote ? ends.Remote : ends.Target;
        var resource = (await from.ListResourcesAsync(cancellationToken)).FirstOrDefault(resource =>
            string.Equals(resource.Name, request.Resource, StringComparison.Ordinal)
        );
        if (resource is not { TellsChanges: true })
        {
            throw Fault.Invalid(
                "resource",
                resource is null ? "is not a resource of the source" : "has no state: every run looks through all of it"
            );
        }

        try
        {
            await from.ReadAsync(
                new RecordQuery(request.Resource)
                {
                    Reading = RecordReading.Changes,
                    Cursor = request.Position,
                    Limit = 1,
                },
                cancellationToken
            );
        }
        catch (ConnectorException fault) when (fault.Kind is ErrorKind.OutOfRange or ErrorKind.InvalidArgument)
        {
            throw Fault.Invalid("position", "is not a cursor of the resource, or too old");
        }
    }
}
