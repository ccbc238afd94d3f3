using Grpc.Core;
using Yyc3.Connectors.Contracts.Sync.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Wire = Yyc3.Connectors.Contracts.Sync.V1;

namespace Yyc3.Connectors.Runtime.Sync.Service;

/// <summary>Conflicts over the wire.</summary>
internal sealed class ConflictCalls(
    ConnectorCalls calls,
    RunHistory history,
    RunStore runs,
    SyncStarter starter,
    TimeProvider time
)
{
    private const int DefaultPage = 100;

    public async Task<ListSyncConflictsResponse> ListAsync(ListSyncConflictsRequest request, ServerCallContext context)
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        var most = request.HasLimit ? request.Limit : DefaultPage;
        var found = await history.ConflictsAsync(
            integration.Id,
            PageCursor.Read(request.Cursor),
            most + 1,
            context.CancellationToken
        );
        var response = new ListSyncConflictsResponse { Conflicts = { found.Take(most).Select(SyncMapping.ToProto) } };
        if (found.Count > most)
        {
            response.NextCursor = PageCursor.Write(found[most - 1].DetectedAt, found[most - 1].Id);
        }

        return response;
    }

    public async Task<Wire.Sync> ResolveAsync(ResolveSyncConflictRequest request, ServerCallContext context)
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        var isMerged = request.Choice == Wire.ConflictChoice.Merged;
        if (isMerged != request.HasData)
        {
            throw Fault.Invalid(
                "data",
                isMerged ? "is needed for the choice merged" : "goes with the choice merged only"
            );
        }

        var conflict =
            await history.ConflictAsync(integration.Id, request.ConflictId, context.CancellationToken)
            ?? throw NotFound();
        // The run that found it knows the mapping and the other options.
        var finder = await runs.FindAsync(conflict.RunId, context.CancellationToken);
        var plan = finder is null
            ? new SyncPlan { Direction = SyncDirection.Bidirectional, Mapping = SyncPlans.MappingOf(integration) }
            : SyncPlans.Read(finder.Request);
        plan = plan with
        {
            Direction = SyncDirection.Bidirectional,
            Resources = [],
            RecordIds = [],
            ModifiedSince = null,
            TargetId = conflict.Target.Length > 0 ? conflict.Target : null,
            IsDecisions = true,
        };
        var data = isMerged ? System.Text.Encoding.UTF8.GetString(RecordText.Of(request.Data.Memory)) : null;
        var run =
            await starter.DecideAsync(
                integration,
                plan,
                conflict.Id,
                ((Links.ConflictChoice)request.Choice, data),
                context.CancellationToken
            ) ?? throw NotFound();
        return SyncMapping.ToProto(run, time.GetUtcNow());
    }

    private static FaultException NotFound() =>
        new(Fault.ConflictNotFound) { Field = "conflictId", Reason = "is not an open conflict of this integration" };
}
