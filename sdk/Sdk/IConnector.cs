namespace Yyc3.Connectors.Sdk;

/// <summary>
/// The code that speaks to one provider, opened for one integration.
/// What it can do is told by the capability interfaces it also implements: <see cref="Storage.IObjectStore"/>,
/// <see cref="Database.IDatabase"/>, <see cref="Messaging.IMessageSender"/>, <see cref="Messaging.IMessageReceiver"/>,
/// <see cref="Actions.IActions"/>. There is no method that answers "not supported": leave the interface out instead.
/// </summary>
/// <remarks>
/// <para>The host creates one instance per integration with the public constructor that takes a single
/// <see cref="ConnectorContext"/>, uses it from many threads at once, and disposes it (<see cref="IAsyncDisposable"/> or
/// <see cref="IDisposable"/>, if implemented) after the last call has ended: when the integration's settings change, when it
/// is deleted, when a newer plugin version takes over, or when the host stops. The constructor must not touch the network;
/// connect on first use.</para>
/// <para>Failures are thrown as <see cref="ConnectorException"/>; any other exception is reported to the caller as an internal
/// error without its text. A connector does not retry: the host does, by <see cref="ErrorKind"/>.</para>
/// </remarks>
public interface IConnector
{
    /// <summary>Asks the provider whether it can be reached and accepts the credentials.</summary>
    /// <param name="cancellationToken">Ends the check; the host cancels it at the caller's timeout.</param>
    /// <returns>
    /// A report for every outcome that a provider can cause. The check has no side effect at the provider and is thread-safe.
    /// </returns>
    ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken);
}
