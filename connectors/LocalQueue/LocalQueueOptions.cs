using Yyc3.Connectors.LocalQueue.Store;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalQueue;

/// <summary>The settings of one integration.</summary>
/// <param name="Path">The database file.</param>
/// <param name="Rules">Limits the store keeps.</param>
internal sealed record LocalQueueOptions(string Path, QueueRules Rules)
{
    public static LocalQueueOptions Read(ConnectorContext context)
    {
        var settings = context.Settings;
        return new LocalQueueOptions(
            context.Paths.Resolve("config", $"queues/{context.IntegrationId}.db", allowLocalRoots: false),
            new QueueRules
            {
                Partitions = settings.GetInt32("partitions", 1, 1, 1024),
                MaxDeliveries = settings.GetInt32("maxDeliveries", 10, 1, int.MaxValue),
                Retention = TimeSpan.FromSeconds(settings.GetInt32("retentionSeconds", 604800, 60, int.MaxValue)),
            }
        );
    }
}
