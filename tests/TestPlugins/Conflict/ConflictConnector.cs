using System.Text.Json;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Actions;
using Yyc3.Connectors.TestPlugins.Conflict;
using Yyc3.Connectors.TestPlugins.Dependency;

[assembly: Connector(typeof(ConflictConnector))]

namespace Yyc3.Connectors.TestPlugins.Conflict;

/// <summary>Carries a version of a library that another plugin carries in another version.</summary>
public sealed class ConflictConnector(ConnectorContext context) : IConnector, IActions
{
    private readonly string _integrationId = context.IntegrationId;

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) => new(HealthReport.Healthy);

    public ValueTask<JsonElement> InvokeAsync(string action, JsonElement input, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(
            $$"""{"integration":"{{_integrationId}}","library":{{SharedLibrary.MajorVersion}}}"""
        );
        return new(document.RootElement.Clone());
    }
}
