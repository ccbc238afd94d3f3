using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Integration.V1;
using Proto = Yyc3.Connectors.Contracts.Integration.V1;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>Integrations as the contracts spell them.</summary>
internal static class IntegrationMapping
{
    public static Proto.Integration ToProto(Integration integration) =>
        new()
        {
            Id = integration.Id,
            Name = integration.Name,
            Description = integration.Description,
            Type = integration.Type,
            Provider = integration.Provider,
            Status = StatusOf(integration),
            Config = integration.Settings,
            Options = integration.Options,
            Metadata = integration.Metadata,
            CreatedAt = integration.CreatedAt.ToTimestamp(),
            UpdatedAt = integration.UpdatedAt.ToTimestamp(),
            Etag = integration.Etag,
        };

    public static IntegrationSummary ToSummary(Integration integration) =>
        new()
        {
            Id = integration.Id,
            Name = integration.Name,
            Type = integration.Type,
            Provider = integration.Provider,
            Status = StatusOf(integration),
            CreatedAt = integration.CreatedAt.ToTimestamp(),
        };

    public static IntegrationStats ToProto(CallStatistics statistics)
    {
        var (succeeded, failed) = (statistics.Succeeded, statistics.Failed);
        var total = succeeded + failed;
        return new IntegrationStats
        {
            TotalRequests = total,
            SuccessfulRequests = succeeded,
            FailedRequests = failed,
            SuccessRate = total == 0 ? 1 : Math.Round((double)succeeded / total, 3),
        };
    }

    /// <summary>Null when no status is given.</summary>
    public static bool? IsActive(IntegrationStatus status) =>
        status switch
        {
            IntegrationStatus.Active => true,
            IntegrationStatus.Inactive => false,
            _ => null,
        };

    private static IntegrationStatus StatusOf(Integration integration) =>
        integration.IsActive ? IntegrationStatus.Active : IntegrationStatus.Inactive;
}
