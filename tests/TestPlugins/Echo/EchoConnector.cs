using System.Text.Json;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Actions;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.TestPlugins.Echo;

[assembly: Connector(typeof(EchoConnector))]

namespace Yyc3.Connectors.TestPlugins.Echo;

/// <summary>Answers with what it was given and its own version.</summary>
public sealed class EchoConnector(ConnectorContext context) : IConnector, IActions, IMessageSender, IDisposable
{
    private static readonly int Major = typeof(EchoConnector).Assembly.GetName().Version!.Major;
    private bool _isDisposed;

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) => new(HealthReport.Healthy);

    public async ValueTask<JsonElement> InvokeAsync(
        string action,
        JsonElement input,
        CancellationToken cancellationToken
    )
    {
        if (string.Equals(action, "wait", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromSeconds(5), context.Time, cancellationToken);
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        // Serialised by reflection, which fills the framework's caches with this assembly's types.
        return JsonSerializer.SerializeToElement(new EchoAnswer(Major, input.GetRawText()));
    }

    public ValueTask<IReadOnlyList<SendReceipt>> SendAsync(
        string topic,
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    ) => new([.. messages.Select(message => new SendReceipt(topic + message.Body.Length, context.Time.GetUtcNow()))]);

    public void Dispose() => _isDisposed = true;
}
