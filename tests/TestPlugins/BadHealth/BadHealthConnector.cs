using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.TestPlugins.BadHealth;

[assembly: Connector(typeof(BadHealthConnector))]

namespace Yyc3.Connectors.TestPlugins.BadHealth;

/// <summary>
/// Its first check ignores the token until the connector's clock moves on, and what it has registered on it throws; its second
/// throws, later ones refuse.
/// </summary>
public sealed class BadHealthConnector(ConnectorContext context) : IConnector, IDisposable
{
    private int _checks;

    public async ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        switch (Interlocked.Increment(ref _checks))
        {
            case 1:
                cancellationToken.UnsafeRegister(
                    static _ => throw new InvalidOperationException("secret detail"),
                    null
                );
                await Task.Delay(TimeSpan.FromSeconds(60), context.Time, CancellationToken.None);
                return HealthReport.Healthy;
            case 2:
                throw new InvalidOperationException("secret detail");
            default:
                throw new ConnectorException(ErrorKind.Unauthenticated, "BAD_KEY", "The key is not valid.");
        }
    }

    public void Dispose() => _checks = int.MinValue;
}
