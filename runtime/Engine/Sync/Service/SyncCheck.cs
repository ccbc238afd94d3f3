using Grpc.Core;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Runtime.Plugins;
using Integration = Yyc3.Connectors.Runtime.Integrations.Integration;

namespace Yyc3.Connectors.Runtime.Sync.Service;

/// <summary>Checks what was asked for before anything is begun, without a call to a provider.</summary>
internal sealed class SyncCheck(ConnectorCalls calls, PluginRegistry plugins)
{
    /// <param name="context">The call.</param>
    /// <param name="integration">The integration.</param>
    /// <param name="plan">What is to be done.</param>
    /// <param name="targetField">Where the call has the target.</param>
    /// <param name="mappingField">Where it has the mapping.</param>
    /// <exception cref="FaultException">It cannot be done; the field is named.</exception>
    public async Task CheckAsync(
        ServerCallContext context,
        Integration integration,
        SyncPlan plan,
        string targetField = "options.target.integrationId",
        string mappingField = "options.mapping"
    )
    {
        var target = plan.TargetId is null ? null : await TargetAsync(context, integration, plan.TargetId, targetField);
        if (plan.RecordIds.Count > 0 && plan.Resources.Count != 1)
        {
            throw Fault.Invalid("filters.resourceType", "must name the one resource of the records in recordId");
        }

        var mapping = ResourceMappings.ReadDocument(plan.Mapping);
        MappingCheck.Check(mapping, mappingField, Fault.Invalid);
        if (plan.Direction != SyncDirection.Pull)
        {
            MappingCheck.CheckWayBack(mapping ?? integration.Options.Mapping, mappingField, Fault.Invalid);
        }

        if (plan.Direction != SyncDirection.Push)
        {
            Require(integration, isRead: true, "direction");
            Require(target, isRead: false, targetField);
        }

        if (plan.Direction != SyncDirection.Pull)
        {
            Require(integration, isRead: false, "direction");
            Require(target, isRead: true, targetField);
        }
    }

    private async Task<Integration> TargetAsync(
        ServerCallContext context,
        Integration integration,
        string targetId,
        string field
    )
    {
        if (string.Equals(targetId, integration.Id, StringComparison.Ordinal))
        {
            throw Fault.Invalid(field, "is the integration itself");
        }

        try
        {
            var target = await calls.FindAsync(context, targetId);
            return target.IsActive ? target : throw Fault.Invalid(field, "is inactive");
        }
        catch (FaultException fault) when (fault.Definition == Fault.IntegrationNotFound)
        {
            throw Fault.Invalid(field, "is not an integration");
        }
    }

    /// <summary>Records come from what is a source or a store of objects, and go to these and to queues.</summary>
    private void Require(Integration? integration, bool isRead, string field)
    {
        if (
            integration is null
            || plugins.Select(integration.Provider, integration.Options.ConnectorVersion)?.Manifest is not { } manifest
        )
        {
            // The runtime's own records can do both; a plugin that is not there now may be there when the run begins.
            return;
        }

        string[] fitting = isRead ? ["records.read", "storage"] : ["records.write", "storage", "messaging.send"];
        if (!manifest.Capabilities.Intersect(fitting, StringComparer.Ordinal).Any())
        {
            throw Fault.Invalid(
                field,
                $"asks the provider {integration.Provider} to {(isRead ? "give" : "take")} records, which it cannot"
            );
        }
    }
}
