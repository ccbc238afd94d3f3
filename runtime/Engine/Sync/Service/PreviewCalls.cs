using Google.Protobuf;
using Grpc.Core;
using Yyc3.Connectors.Contracts.Sync.V1;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Service;

/// <summary>Tries mappings without writing anything.</summary>
internal sealed class PreviewCalls(ConnectorCalls calls, SyncCheck check, SyncSides sides)
{
    private const int DefaultLimit = 10;

    public async Task<PreviewSyncResponse> PreviewAsync(PreviewSyncRequest request, ServerCallContext context)
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        if (request.Direction == Contracts.Sync.V1.SyncDirection.Bidirectional)
        {
            throw Faults.Fault.Invalid("direction", "must be pull or push");
        }

        var start = new StartSyncRequest
        {
            Direction =
                request.Direction == Contracts.Sync.V1.SyncDirection.Push
                    ? request.Direction
                    : Contracts.Sync.V1.SyncDirection.Pull,
            Options = new SyncOptions { Mapping = request.Mapping, Target = request.Target },
        };
        var plan = SyncMapping.ToPlan(start, integration);
        await check.CheckAsync(context, integration, plan, "target.integrationId", "mapping");
        plan = plan with { Mapping = plan.Mapping ?? SyncPlans.MappingOf(integration) };
        var mappings = ResourceMappings.Read(plan.Mapping);
        var isPull = plan.Direction == SyncDirection.Pull;
        var mapping = isPull ? mappings.Pull(request.Resource) : mappings.Push(request.Resource);
        var records =
            request.Records.Count > 0
                ? request.Records.Select((data, index) => Sample(data, index)).ToList()
                : await ReadAsync(integration, request, plan, context.CancellationToken);
        return new PreviewSyncResponse
        {
            Records = { records.Select(record => Map(record, mapping)) },
            TargetResource = isPull ? mappings.TargetOf(request.Resource) : request.Resource,
        };
    }

    private static SyncRecord Sample(ByteString data, int index) =>
        new() { Id = index.ToString(System.Globalization.CultureInfo.InvariantCulture), Data = data.Memory };

    private async Task<IReadOnlyList<SyncRecord>> ReadAsync(
        Integration integration,
        PreviewSyncRequest request,
        SyncPlan plan,
        CancellationToken cancellationToken
    )
    {
        var ends = await sides.OpenAsync(integration.TenantId, integration.Id, plan, cancellationToken);
        var from = plan.Direction == SyncDirection.Pull ? ends.Remote : ends.Target;
        var there = await from.ListResourcesAsync(cancellationToken);
        if (!there.Any(resource => string.Equals(resource.Name, request.Resource, StringComparison.Ordinal)))
        {
            return from.IsLocal ? [] : throw Faults.Fault.Invalid("resource", "is not a resource of the source");
        }

        var query = new RecordQuery(request.Resource) { Limit = request.HasLimit ? request.Limit : DefaultLimit };
        return (await from.ReadAsync(query, cancellationToken)).Records;
    }

    private static MappedRecord Map(SyncRecord record, RecordMapping? mapping)
    {
        var mapped = new MappedRecord { RecordId = record.Id, Before = UnsafeByteOperations.UnsafeWrap(record.Data) };
        try
        {
            mapped.After = UnsafeByteOperations.UnsafeWrap(
                mapping is null ? RecordText.Of(record.Data) : mapping.Apply(record).Data
            );
        }
        catch (ConnectorException fault)
        {
            mapped.Error = fault.Message;
        }

        return mapped;
    }
}
