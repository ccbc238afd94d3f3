using System.Text.Json;
using Google.Protobuf;
using Yyc3.Connectors.Contracts.Integration.V1;
using Integration = Yyc3.Connectors.Runtime.Integrations.Integration;

namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>Keeps plans as JSON.</summary>
internal static class SyncPlans
{
    /// <summary>The mapping among an integration's options, as a plan keeps it; null for none.</summary>
    public static string? MappingOf(Integration integration) => Write(integration.Options.Mapping);

    public static string? Write(FieldMappings? mapping) =>
        mapping is null || mapping.Resources.Count == 0 ? null : JsonFormatter.Default.Format(mapping);

    public static string Write(SyncPlan plan) => JsonSerializer.Serialize(plan);

    public static SyncPlan Read(string json) => JsonSerializer.Deserialize<SyncPlan>(json)!;
}
