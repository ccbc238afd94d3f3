using System.Text.Json;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Actions;
using Yyc3.Connectors.TestPlugins.ThrowsOnThread;

[assembly: Connector(typeof(ThrowsOnThreadConnector))]

namespace Yyc3.Connectors.TestPlugins.ThrowsOnThread;

/// <summary>Starts a thread that dies of an exception, or a timer that ends a token whose callback throws.</summary>
public sealed class ThrowsOnThreadConnector(ConnectorContext context) : IConnector, IActions
{
    private readonly string _integrationId = context.IntegrationId;

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) => new(HealthReport.Healthy);

    public ValueTask<JsonElement> InvokeAsync(string action, JsonElement input, CancellationToken cancellationToken)
    {
        if (action == "timer")
        {
            var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
            source.Token.UnsafeRegister(static id => throw new InvalidOperationException((string)id!), _integrationId);
            return new(input);
        }

        var thread = new Thread(() => throw new InvalidOperationException(_integrationId));
        thread.Start();
        thread.Join();
        return new(input);
    }
}
