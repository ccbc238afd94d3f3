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
    private int _lost;

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
    )
    {
        // On this topic the answer is always lost; the next one tells how often that was.
        if (string.Equals(topic, "lost", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _lost);
            throw new ConnectorException(ErrorKind.Unavailable, "CONNECTION_LOST", "The connection was lost.");
        }

        var id = string.Equals(topic, "losses", StringComparison.Ordinal) ? $"{_lost}" : topic;
        return new([
            .. messages.Select(message => new SendReceipt(id + message.Body.Length, context.Time.GetUtcNow())),
        ]);
    }

    public void Dispose() => _isDisposed = true;
}
