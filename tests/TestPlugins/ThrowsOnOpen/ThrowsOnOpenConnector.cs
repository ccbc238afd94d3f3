using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.TestPlugins.ThrowsOnOpen;

[assembly: Connector(typeof(ThrowsOnOpenConnector))]

namespace Yyc3.Connectors.TestPlugins.ThrowsOnOpen;

/// <summary>Refuses tenants by a proper failure, and everything else by one it should not throw.</summary>
public sealed class ThrowsOnOpenConnector : IConnector
{
    public ThrowsOnOpenConnector(ConnectorContext context) =>
        throw (
            string.Equals(context.TenantId, "refused", StringComparison.Ordinal)
                ? ConnectorException.Invalid("config.tenant", "is refused")
                : new InvalidOperationException("secret detail")
        );

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) => new(HealthReport.Healthy);
}
