using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.TestPlugins.NoConnectorAttribute;

/// <summary>Would work; its assembly does not say that it is the connector.</summary>
public sealed class UnmarkedConnector(ConnectorContext context) : IConnector
{
    private readonly string _integrationId = context.IntegrationId;

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) =>
        new(HealthReport.Unreachable("UNUSED", _integrationId));
}
