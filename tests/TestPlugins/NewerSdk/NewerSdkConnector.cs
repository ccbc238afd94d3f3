using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.TestPlugins.NewerSdk;

[assembly: Connector(typeof(NewerSdkConnector))]

namespace Yyc3.Connectors.TestPlugins.NewerSdk;

/// <summary>Would work; its manifest asks for an SDK that does not exist yet.</summary>
public sealed class NewerSdkConnector(ConnectorContext context) : IConnector
{
    private readonly string _integrationId = context.IntegrationId;

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) =>
        new(HealthReport.Unreachable("UNUSED", _integrationId));
}
